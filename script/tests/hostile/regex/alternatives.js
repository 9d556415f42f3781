// parked or stopped
/(a|aa)+$/.test('a'.repeat(60) + 'b')
