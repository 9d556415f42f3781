// stopped or parked
const a = []; for (;;) { const x = new Array(100); a.push(() => x) }
