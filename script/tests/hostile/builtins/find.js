// error
Array.prototype.find.call({ length: 2 ** 53 - 1 }, x => x)
