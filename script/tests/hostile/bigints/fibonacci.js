// stopped or parked
let a = 0n, b = 1n; for (;;) [a, b] = [b, a + b]
