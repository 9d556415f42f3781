// stopped or parked
const a = []; for (;;) a.push(new Array(100000).fill(1))
