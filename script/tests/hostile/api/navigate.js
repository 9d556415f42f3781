// stopped or parked
for (let i = 0; i < 10000; i++) wx.navigateTo({ url: '/pages/a/a' })
