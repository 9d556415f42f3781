const catalog = require('../../utils/catalog');

Page({
  data: { categories: catalog.categories, active: '', shown: catalog.products },
  onShow() {
    const { category } = getApp().globalData;
    if (category !== undefined) {
      this.show(category);
      getApp().globalData.category = undefined;
    }
  },
  choose(event) {
    this.show(event.currentTarget.dataset.id);
  },
  show(active) {
    this.setData({ active, shown: catalog.products.filter((product) => !active || product.category === active) });
  },
  open(event) {
    wx.navigateTo({ url: `/pages/detail/detail?id=${event.currentTarget.dataset.id}` });
  },
});
