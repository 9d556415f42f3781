const cart = require('../../utils/cart');

Page({
  data: { name: 'Guest', initials: 'G', figures: [], reminders: true },
  onShow() {
    const address = wx.getStorageSync('address') || {};
    const name = address.name || 'Guest';
    this.setData({
      name,
      initials: name.split(' ').map((part) => part[0]).join('').slice(0, 2).toUpperCase(),
      reminders: wx.getStorageSync('reminders') !== false,
      figures: [
        { label: 'in cart', count: cart.count() },
        { label: 'saved', count: (wx.getStorageSync('liked') || []).length },
        { label: 'orders', count: cart.orders().length },
      ],
    });
  },
  remind(event) {
    wx.setStorageSync('reminders', event.detail.value);
  },
  forget() {
    wx.showModal({
      title: 'Forget address',
      content: 'Your name and address will be removed from this device.',
      success: ({ confirm }) => {
        if (!confirm) return;
        wx.removeStorageSync('address');
        this.onShow();
      },
    });
  },
});
