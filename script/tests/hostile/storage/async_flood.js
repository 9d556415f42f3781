// error or stopped or parked
for (let i = 0; i < 15000; i++) wx.setStorage({ key: 'k' + i, data: i })
