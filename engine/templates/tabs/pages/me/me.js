const store = require('../../utils/store');

Page({
  data: { count: 0 },

  onShow() {
    this.setData({ count: store.entries().length });
  },
});
