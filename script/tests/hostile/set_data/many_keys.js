// harmless or stopped or parked
const o = {}; for (let i = 0; i < 100000; i++) o["k" + i] = i; this.setData(o)
