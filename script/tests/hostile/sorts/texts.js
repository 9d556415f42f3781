// stopped or parked
const texts = Array.from({ length: 1e5 }, (_, i) => 'x'.repeat(50) + i); for (;;) texts.slice().sort()
