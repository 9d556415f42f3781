// stopped or parked
for (let i = 0; i < 300000; i++) queueMicrotask(() => {})
