// error or stopped or parked
for (;;) wx.getSystemInfoSync()
