// error or stopped or parked
for (let i = 0; i < 10000; i++) wx.showToast({ title: 'x' + i })
