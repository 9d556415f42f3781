// stopped or parked
let p = []; for (let i = 0; i < 300000; i++) p = new Proxy(p, {}); Array.isArray(p)
