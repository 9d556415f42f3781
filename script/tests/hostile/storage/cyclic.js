// error
const o = {}; o.o = o; wx.setStorageSync('k', o)
