// harmless or stopped or parked
const c = this.getOpenerEventChannel(); for (let i = 0; i < 100000; i++) c.on && c.on('x', () => {})
