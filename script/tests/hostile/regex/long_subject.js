// parked or stopped
/(?:a|b)*c/.test('ab'.repeat(2000000))
