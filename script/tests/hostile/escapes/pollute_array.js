// harmless
Array.prototype.push = () => { throw new Error('mine') }; Array.prototype[Symbol.iterator] = null; this.setData({ list: [1, 2] })
