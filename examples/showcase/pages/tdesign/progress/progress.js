Page({
  data: {
    share: 80,
  },
  more() {
    this.setData({ share: 90 });
  },
});
