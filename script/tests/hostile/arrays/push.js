// stopped or parked
const a = []; for (;;) a.push({})
