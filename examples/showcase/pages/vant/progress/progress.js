Page({
  data: {
    share: 50,
  },
  more() {
    this.setData({ share: 90 });
  },
});
