Page({
  data: { show: true, type: 'error', hidden: 0 },
  hide() {
    this.setData({ show: false, hidden: this.data.hidden + 1 });
  },
  tell() {
    this.setData({ type: 'success', show: true });
  },
});
