// harmless
const f = () => this.setData({ n: 1 }, f); f()
