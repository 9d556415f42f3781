// harmless
this.setData({ '__proto__.polluted': 1, 'constructor.prototype.polluted': 1 }); if ({}.polluted) throw new Error('polluted')
