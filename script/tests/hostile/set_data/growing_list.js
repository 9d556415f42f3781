// harmless
const f = i => { this.setData({ ["list[" + i + "]"]: i }); setTimeout(() => f(i + 1), 0) }; f(0)
