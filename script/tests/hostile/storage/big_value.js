// error or stopped or parked
wx.setStorageSync('k', 'x'.repeat(2e6))
