// error or stopped or parked, within 1500 ms
setTimeout(() => { for (;;) {} }, 0)
