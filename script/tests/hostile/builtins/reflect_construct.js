// parked or stopped
Reflect.construct(Object, { length: 2 ** 53 - 1 })
