// stopped or parked
wx.arrayBufferToBase64(new ArrayBuffer(6e7))
