// stopped or parked
const b = new ArrayBuffer(8), a = []; for (;;) a.push(new DataView(b))
