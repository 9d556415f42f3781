// stopped or parked
Object.fromEntries({ [Symbol.iterator]: () => ({ next: () => ({ value: ["a", 1], done: false }) }) })
