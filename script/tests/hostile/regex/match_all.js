// parked or stopped
[...('a'.repeat(50) + 'b').matchAll(/(a+)+$/g)]
