// error
const f = () => g(), g = () => f(); f()
