// stopped or parked
let e = new Error('x'); for (let i = 0; i < 200000; i++) e = new Error('x', { cause: e }); throw e
