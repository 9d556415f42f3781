// error or stopped or parked
let n = 0; while (true) n = (n * 31 + 7) % 1009
