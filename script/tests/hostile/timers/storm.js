// error or stopped or parked, within 1500 ms
const f = () => { setTimeout(f, 0); setTimeout(f, 0) }; f()
