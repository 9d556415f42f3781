// harmless or stopped or parked
const t = { then(f) { f(t) } }; Promise.resolve(t)
