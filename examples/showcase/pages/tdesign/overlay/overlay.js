Page({
  data: {
    visible: true,
  },
  close() {
    this.setData({ visible: false });
  },
});
