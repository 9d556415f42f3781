// harmless
this.setData({ ['a' + '.b'.repeat(10000)]: 1 })
