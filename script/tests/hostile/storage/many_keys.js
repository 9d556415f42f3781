// error
for (let i = 0; ; i++) wx.setStorageSync('k' + i, i)
