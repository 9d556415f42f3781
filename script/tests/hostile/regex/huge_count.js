// parked or stopped
/(?:a{1,65535}){1,65535}$/.test('a'.repeat(100000) + 'b')
