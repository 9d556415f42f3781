// harmless or stopped or parked, within 1500 ms
for (let i = 0; i < 500; i++) setInterval(() => { let n = 0; for (let j = 0; j < 1000; j++) n += j }, 1)
