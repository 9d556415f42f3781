// stopped or parked, within 1500 ms
const loop = () => Promise.resolve().then(loop); loop()
