// error
wx.noSuchThing()
