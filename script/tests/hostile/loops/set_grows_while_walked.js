// stopped or parked
const s = new Set([0]); for (const x of s) s.add(x + 1)
