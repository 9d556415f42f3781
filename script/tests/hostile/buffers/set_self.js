// parked or stopped
const u = new Uint8Array(1 << 25); for (;;) u.set(u)
