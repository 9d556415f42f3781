// error
wx.createWorker('pages/a/a.js')
