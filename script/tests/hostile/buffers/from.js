// parked or stopped
Uint8Array.from(new Array(1e7).fill(1))
