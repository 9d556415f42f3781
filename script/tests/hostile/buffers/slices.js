// stopped or parked
const b = new ArrayBuffer(1 << 20), a = []; for (;;) a.push(b.slice(0))
