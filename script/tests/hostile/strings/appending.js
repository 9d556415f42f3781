// stopped or parked
let s = ''; for (;;) s += 'xxxxxxxxxxxxxxxx'
