// stopped or parked, within 8000 ms
const loop = () => Promise.resolve().then(loop); loop()
