// harmless
Array.from({ length: 1000 }, (_, i) => i).sort(() => Math.random() - 0.5)
