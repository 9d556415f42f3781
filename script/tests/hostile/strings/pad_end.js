// parked or stopped
'x'.padEnd(2 ** 27, 'ab')
