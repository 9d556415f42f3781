// stopped or parked
let a = [1]; for (;;) a = [...a, ...a]
