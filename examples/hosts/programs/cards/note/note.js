Page({
  data: { note: '' },
  onLoad() {
    this.setData({ note: wx.getStorageSync('note') || '' })
  },
  typed({ detail }) {
    this.setData({ note: detail.value })
  },
  keep() {
    wx.setStorageSync('note', this.data.note)
  },
})
