// stopped or parked, within 5000 ms
const loop = () => Promise.race([null, null]).then(loop); loop()
