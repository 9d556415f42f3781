const cart = require('./utils/cart');

App({
  globalData: { shopName: 'Fern & Clay' },
  onLaunch() {
    cart.load();
  },
});
