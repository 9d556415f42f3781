// harmless or stopped or parked, within 1500 ms
setInterval(() => {}, 0)
