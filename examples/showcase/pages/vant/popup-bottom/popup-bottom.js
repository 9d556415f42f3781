Page({
  data: {
    show: true,
  },
  close() {
    this.setData({ show: false });
  },
  open() {
    this.setData({ show: true });
  },
});
