// error
this.setData({ n: 1 }, () => { throw new Error('x') })
