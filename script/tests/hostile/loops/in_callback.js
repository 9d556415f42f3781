// error or stopped or parked
[1].forEach(() => { while (true) {} })
