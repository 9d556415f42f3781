// stopped or parked
const o = {}; for (let i = 0; i < 50000; i++) o["k" + i] = i; for (const k in o) delete o[k]
