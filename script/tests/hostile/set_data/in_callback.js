// harmless
const f = () => this.setData({ n: Math.random() }, f); f()
