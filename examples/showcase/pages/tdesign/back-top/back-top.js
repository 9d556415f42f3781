Page({
  data: {
    told: false,
  },
  top() {
    this.setData({ told: true });
  },
});
