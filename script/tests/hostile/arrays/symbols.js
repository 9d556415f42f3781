// stopped or parked
const a = []; for (let i = 0; ; i++) a.push(Symbol("s" + i))
