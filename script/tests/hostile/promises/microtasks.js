// stopped or parked, within 5000 ms
const loop = () => queueMicrotask(loop); loop()
