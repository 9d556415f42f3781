// parked or stopped
let s = 'x'; for (;;) s += s
