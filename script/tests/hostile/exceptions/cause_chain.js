// stopped or parked
let e = new Error('x'); for (;;) e = new Error('x', { cause: e })
