// error
const p = new Proxy(() => {}, { apply: () => p() }); p()
