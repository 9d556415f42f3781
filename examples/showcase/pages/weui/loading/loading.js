Page({
  data: { show: true },
  turn() {
    this.setData({ show: !this.data.show });
  },
});
