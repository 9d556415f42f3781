// stopped or parked
const a = []; for (;;) { try { a.push(new ArrayBuffer(1 << 20)) } catch (e) {} }
