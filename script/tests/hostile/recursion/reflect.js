// error
const f = () => Reflect.apply(f, null, []); f()
