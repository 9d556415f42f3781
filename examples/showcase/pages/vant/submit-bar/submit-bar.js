Page({
  data: {
    ordered: false,
  },
  order() {
    this.setData({ ordered: true });
  },
});
