// error or stopped or parked
for (;;) for (let i = 0; i < 1000; i++) for (let j = 0; j < 1000; j++) {}
