const catalog = require('../../utils/catalog');
const cart = require('../../utils/cart');

Page({
  data: { product: null, count: 1, liked: false, facts: [] },
  onLoad({ id }) {
    const product = catalog.byId(id);
    if (!product) return;
    wx.setNavigationBarTitle({ title: product.name });
    this.setData({
      product,
      liked: (wx.getStorageSync('liked') || []).includes(product.id),
      facts: [
        { label: 'in stock', value: product.stock },
        { label: 'delivery', value: '2 days' },
        { label: 'returns', value: 'free' },
      ],
    });
  },
  count(event) {
    this.setData({ count: event.detail.value });
  },
  like() {
    const { id } = this.data.product;
    const liked = (wx.getStorageSync('liked') || []).filter((other) => other !== id);
    if (!this.data.liked) liked.push(id);
    wx.setStorageSync('liked', liked);
    this.setData({ liked: !this.data.liked });
  },
  add() {
    cart.add(this.data.product.id, this.data.count);
    wx.showToast({ title: 'Added to cart', icon: 'success' });
  },
});
