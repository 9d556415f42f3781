// stopped or parked
const a = []; for (let i = 0; i < 1e6; i++) a.splice(i >> 1, 0, i)
