// error
const f = () => [1].map(f); f()
