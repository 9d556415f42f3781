// harmless
const a = [5, 4, 3, 2, 1]; a.sort((x, y) => { a.push(1); return x - y })
