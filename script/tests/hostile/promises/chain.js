// stopped or parked
let p = Promise.resolve(); for (let i = 0; i < 200000; i++) p = p.then(x => x)
