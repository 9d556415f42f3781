// stopped or parked
const f = n => n < 1 ? 1 : f(n - 1) + f(n - 1); f(60)
