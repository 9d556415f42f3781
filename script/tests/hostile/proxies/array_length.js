// error
[].concat.apply([], new Proxy([], { get: (t, k) => k === 'length' ? 2 ** 53 - 1 : 1 }))
