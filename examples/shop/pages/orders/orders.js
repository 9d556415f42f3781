const cart = require('../../utils/cart');

Page({
  data: { orders: [] },
  onShow() {
    this.setData({ orders: cart.orders() });
  },
});
