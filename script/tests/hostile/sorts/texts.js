// stopped or parked
Array.from({ length: 2e5 }, (_, i) => 'x'.repeat(50) + i).sort()
