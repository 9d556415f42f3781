Page({
  data: {
    on: true,
  },
  turn() {
    this.setData({ on: !this.data.on });
  },
});
