// stopped or parked
const r = /x*/y; for (;;) r.test('')
