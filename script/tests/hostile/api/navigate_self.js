// harmless or stopped or parked
wx.redirectTo({ url: '/pages/a/a' })
