const cart = require('../../utils/cart');

Page({
  data: { saved: {}, lines: [], total: 0, error: '' },
  onLoad() {
    const lines = cart.lines().filter((line) => line.checked);
    const total = lines.reduce((sum, line) => sum + line.count * line.product.price, 0);
    this.setData({ saved: wx.getStorageSync('address') || {}, lines, total });
  },
  submit(event) {
    const address = event.detail.value;
    const missing = ['name', 'street', 'city'].find((key) => !address[key]);
    if (missing) {
      this.setData({ error: `Please fill in the ${missing}.` });
      return;
    }
    wx.setStorageSync('address', address);
    const order = cart.order(address);
    if (!order) return;
    wx.showToast({ title: `Order ${order.number} placed`, icon: 'success' });
    wx.redirectTo({ url: '/pages/orders/orders' });
  },
});
