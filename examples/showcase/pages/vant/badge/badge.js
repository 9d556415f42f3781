Page({
  data: { count: 5 },
  tap() {
    this.setData({ count: this.data.count + 1 });
  },
});
