// harmless or stopped or parked, within 1500 ms
const loop = () => queueMicrotask(loop); loop()
