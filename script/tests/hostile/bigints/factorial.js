// stopped or parked
let x = 1n; for (let i = 1n; ; i++) x *= i
