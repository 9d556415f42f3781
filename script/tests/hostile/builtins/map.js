// error
Array.prototype.map.call({ length: 2 ** 32 - 1 }, x => x)
