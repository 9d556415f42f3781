// error or stopped or parked, within 1500 ms
setInterval(() => { throw new Error('x') }, 1)
