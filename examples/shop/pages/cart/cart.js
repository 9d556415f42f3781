const cart = require('../../utils/cart');

Page({
  data: { lines: [], total: 0, all: false },
  onShow() {
    this.refresh();
  },
  refresh() {
    const lines = cart.lines();
    const bought = lines.filter((line) => line.checked);
    this.setData({
      lines,
      total: bought.reduce((sum, line) => sum + line.count * line.product.price, 0),
      all: lines.length > 0 && bought.length === lines.length,
    });
  },
  check(event) {
    const { id, checked } = event.currentTarget.dataset;
    cart.setChecked(id, !checked);
    this.refresh();
  },
  checkAll() {
    cart.setChecked(undefined, !this.data.all);
    this.refresh();
  },
  count(event) {
    cart.setCount(event.currentTarget.dataset.id, event.detail.value);
    this.refresh();
  },
  pay() {
    if (!this.data.total) return;
    wx.navigateTo({ url: '/pages/checkout/checkout' });
  },
});
