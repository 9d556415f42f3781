// error
const p = new Proxy({}, { set: (t, k, v, r) => { r[k] = v } }); p.x = 1
