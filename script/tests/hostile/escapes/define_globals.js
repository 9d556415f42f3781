// stopped or parked
for (let i = 0; ; i++) globalThis["g" + i] = new Array(1000).fill(i)
