// error
Array.prototype.flatMap.call({ length: 2 ** 53 - 1 }, x => x)
