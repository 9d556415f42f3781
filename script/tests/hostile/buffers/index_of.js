// parked or stopped
const u = new Uint8Array(4e7); for (;;) u.indexOf(1)
