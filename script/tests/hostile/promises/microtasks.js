// stopped or parked, within 8000 ms
const loop = () => queueMicrotask(loop); loop()
