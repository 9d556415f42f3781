// stopped or parked, within 5000 ms
const loop = () => Promise.resolve().then(loop); loop()
