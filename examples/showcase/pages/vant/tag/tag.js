Page({
  data: { shown: true },
  close() {
    this.setData({ shown: false });
  },
});
