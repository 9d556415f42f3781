// harmless or stopped or parked
for (let i = 0; i < 10000; i++) wx.request({ url: 'https://127.0.0.1/' })
