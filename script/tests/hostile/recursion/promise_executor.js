// error
const f = () => new Promise(f); f()
