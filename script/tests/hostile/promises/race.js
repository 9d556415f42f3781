// stopped or parked, within 8000 ms
const loop = () => Promise.race([null, null]).then(loop); loop()
