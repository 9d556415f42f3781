// parked or stopped
JSON.parse('{' + Array.from({ length: 3e5 }, (_, i) => '"k' + i + '":1').join() + '}')
