// error or stopped or parked
wx.setStorageSync('k'.repeat(1e7), 1)
