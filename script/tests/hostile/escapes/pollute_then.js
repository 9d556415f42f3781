// harmless
Object.prototype.then = f => f(1); wx.getSystemInfo({})
