// harmless or stopped or parked
for (let i = 2; i < 1e6; i++) clearTimeout(i)
