// harmless
setTimeout(() => {}, Infinity); setTimeout(() => {}, 1e308); setTimeout(() => {}, NaN)
