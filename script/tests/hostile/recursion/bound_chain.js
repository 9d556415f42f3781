// error or stopped or parked
let g = x => x; for (let i = 0; i < 100000; i++) { const h = g; g = x => h(x) } g(1)
