// stopped or parked
Promise.all({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) })
