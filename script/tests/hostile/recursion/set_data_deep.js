// error or stopped or parked
let a = {}; for (let i = 0; i < 100000; i++) a = { a }; this.setData({ a })
