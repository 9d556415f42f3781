// stopped or parked
for (;;) queueMicrotask(() => {})
