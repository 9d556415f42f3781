// parked or stopped
/(.*)*\1x/.test('a'.repeat(40))
