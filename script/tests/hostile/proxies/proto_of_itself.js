// parked or stopped
const o = {}; o.__proto__ = new Proxy(o, {}); o.p
