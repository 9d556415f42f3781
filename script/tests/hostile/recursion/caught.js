// error
const f = () => { try { f() } catch (e) { f() } }; f()
