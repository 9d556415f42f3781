// stopped or parked
let n = 0; for (const k in new Proxy({}, { ownKeys: () => Array.from({ length: 1e6 }, () => 'k' + n++) })) {}
