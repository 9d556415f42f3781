// error
wx.setStorage({ get key() { for (;;) {} }, data: 1 })
