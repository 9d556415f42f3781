// error
Array.prototype.some.call({ length: 2 ** 53 - 1 }, x => x)
