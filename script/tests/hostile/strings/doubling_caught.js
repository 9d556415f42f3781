// parked or stopped
let s = 'x'; for (;;) { try { s += s } catch (e) {} }
