// harmless or stopped or parked
for (let i = 0; i < 200; i++) new Uint8Array(1 << 20)
