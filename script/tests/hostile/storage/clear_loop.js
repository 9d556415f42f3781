// error
for (;;) wx.clearStorageSync()
