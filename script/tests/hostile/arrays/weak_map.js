// stopped or parked
const m = new WeakMap(), keep = []; for (;;) { const k = {}; keep.push(k); m.set(k, {}) }
