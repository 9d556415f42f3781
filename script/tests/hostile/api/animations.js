// harmless or stopped or parked
for (let i = 0; i < 10000; i++) wx.createAnimation().translate(1).step().export()
