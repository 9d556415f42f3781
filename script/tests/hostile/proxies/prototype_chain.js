// stopped or parked
let o = {}; for (let i = 0; i < 300000; i++) o = Object.create(o); o.x
