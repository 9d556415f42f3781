const PRODUCTS = [
  { name: 'Watering can', about: 'Zinc, nine litres, with a fine rose.', colour: '#0b7285', sign: 'W' },
  { name: 'Secateurs', about: 'For branches up to two centimetres.', colour: '#c92a2a', sign: 'S' },
  { name: 'Seed box', about: 'Oak, with room for sixty packets.', colour: '#5c940d', sign: 'B' },
]

Page({
  data: { product: PRODUCTS[0], saved: false },
  onLoad({ n }) {
    this.setData({ product: PRODUCTS[n % PRODUCTS.length], saved: wx.getStorageSync('saved') === true })
  },
  save() {
    wx.setStorageSync('saved', !this.data.saved)
    this.setData({ saved: !this.data.saved })
  },
})
