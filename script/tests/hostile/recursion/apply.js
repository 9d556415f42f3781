// error
const f = () => f.apply(null, []); f()
