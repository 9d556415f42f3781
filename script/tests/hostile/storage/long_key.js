// error
wx.setStorageSync('k'.repeat(1e7), 1)
