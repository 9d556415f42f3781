// error
const f = () => f(); f()
