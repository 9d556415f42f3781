// stopped or parked
for (;;) new Error('x').stack
