// stopped or parked, within 1500 ms
const loop = () => Promise.race([null, null]).then(loop); loop()
