// error
Array.prototype.toSorted.call({ length: 2 ** 53 - 1 })
