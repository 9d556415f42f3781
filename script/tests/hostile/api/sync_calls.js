// stopped or parked
for (;;) wx.getSystemInfoSync()
