// stopped or parked
let a = []; for (;;) a = [a, a]
