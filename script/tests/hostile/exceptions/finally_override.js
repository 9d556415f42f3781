// error or stopped or parked
const f = () => { for (;;) { try { throw 1 } finally { continue } } }; f()
