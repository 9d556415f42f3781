// error or stopped or parked
const end = Date.now() + 1e9; while (Date.now() < end) {}
