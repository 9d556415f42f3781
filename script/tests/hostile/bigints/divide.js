// stopped or parked
const a = 1n << 20000000n; for (;;) a / 3n
