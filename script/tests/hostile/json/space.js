// parked or stopped
JSON.stringify(new Array(1e6).fill({ a: [1] }), null, '          ')
