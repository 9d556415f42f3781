const store = require('../../utils/store');

Page({
  data: { text: '', entries: [] },

  onShow() {
    this.setData({ entries: store.entries() });
  },

  typed({ detail }) {
    this.setData({ text: detail.value });
  },

  add() {
    const text = this.data.text.trim();
    if (!text) {
      wx.showToast({ title: 'Write something first', icon: 'none' });
      return;
    }
    this.setData({ entries: store.add(text), text: '' });
  },

  remove({ currentTarget }) {
    this.setData({ entries: store.remove(currentTarget.dataset.id) });
  },
});
