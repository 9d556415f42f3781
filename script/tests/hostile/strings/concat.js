// parked or stopped
let s = 'x'; for (let i = 0; i < 60; i++) s = s.concat(s, s)
