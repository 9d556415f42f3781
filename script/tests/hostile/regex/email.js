// parked or stopped
/^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}$/.test('a'.repeat(60) + '!')
