// stopped or parked
const f = async () => { await f() }; f()
