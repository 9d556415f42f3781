// error
(() => 1).apply(null, { length: 2 ** 53 - 1 })
