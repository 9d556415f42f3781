// stopped or parked
const a = [0]; for (const x of a) a.push(x)
