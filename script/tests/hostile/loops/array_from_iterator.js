// stopped or parked
const it = { [Symbol.iterator]() { return { next: () => ({ value: 1, done: false }) } } }; Array.from(it)
