// error
const f = n => { try { f(n + 1) } catch (e) { throw e } }; f(0)
