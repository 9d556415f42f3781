// stopped or parked
new Uint8Array(6e7).fill(1)
