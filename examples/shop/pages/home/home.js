const catalog = require('../../utils/catalog');
const cart = require('../../utils/cart');

const matches = (product, query) => `${product.name} ${product.note} ${product.category}`.toLowerCase().includes(query);

Page({
  data: {
    query: '',
    categories: catalog.categories,
    shown: catalog.products,
    banners: [
      { title: 'Spring repotting', text: 'Twenty per cent off all clay pots', link: 'See the offer', background: 'linear-gradient(120deg, #2f6b4f, #6fa287)' },
      { title: 'Grow your own', text: 'Seeds for windowsills of any size', link: 'Find seeds', background: 'linear-gradient(120deg, #b9562f, #e3a45f)' },
      { title: 'Made by hand', text: 'Small batches from our own kiln', link: 'Meet the potter', background: 'linear-gradient(120deg, #3f4a5f, #8797ad)' },
    ],
  },
  onShow() {
    this.badge();
  },
  search(event) {
    this.filter(event.detail.value);
  },
  clear() {
    this.filter('');
  },
  filter(query) {
    const wanted = query.trim().toLowerCase();
    this.setData({ query, shown: catalog.products.filter((product) => matches(product, wanted)) });
  },
  browse(event) {
    getApp().globalData.category = event.currentTarget.dataset.id;
    wx.switchTab({ url: '/pages/category/category' });
  },
  add(event) {
    cart.add(event.detail.id);
    this.badge();
    wx.showToast({ title: 'Added to cart', icon: 'success' });
  },
  badge() {
    if (wx.setTabBarBadge && cart.count()) wx.setTabBarBadge({ index: 2, text: String(cart.count()) });
  },
});
