// harmless
const f = () => wx.nextTick(f); f()
