// error
Promise = null; Promise.prototype; wx.getSystemInfo()
