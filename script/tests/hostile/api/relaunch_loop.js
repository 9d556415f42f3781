// harmless or stopped or parked
wx.reLaunch({ url: '/pages/a/a' })
