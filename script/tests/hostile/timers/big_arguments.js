// stopped
for (let i = 0; i < 20000; i++) setTimeout(() => {}, 1e6, 'x'.repeat(10000) + i)
