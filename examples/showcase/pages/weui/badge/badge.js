Page({
  data: { count: 5 },
  more() {
    this.setData({ count: this.data.count + 1 });
  },
});
