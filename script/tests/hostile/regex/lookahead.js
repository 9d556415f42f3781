// parked or stopped
/(?=(a+)+b)c/.test('a'.repeat(40))
