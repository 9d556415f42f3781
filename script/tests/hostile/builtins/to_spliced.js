// parked or stopped
Array.prototype.toSpliced.call({ length: 2 ** 32 - 2 }, 0, 0, 1)
