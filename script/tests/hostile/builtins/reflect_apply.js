// error
Reflect.apply(() => 1, null, { length: 2 ** 53 - 1 })
