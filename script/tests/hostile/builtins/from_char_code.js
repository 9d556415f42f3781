// stopped or parked
const codes = new Array(1e6).fill(65); for (;;) String.fromCharCode(...codes)
