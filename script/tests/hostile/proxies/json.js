// error or stopped or parked
JSON.stringify(new Proxy([], { get: (t, k) => k === 'length' ? 2 ** 53 - 1 : 'x'.repeat(1000000) }))
