// parked or stopped
const p = new Proxy({}, {}); Object.setPrototypeOf(p, p); p.x
