Page({
  data: {
    back: 0,
  },
  back() {
    this.setData({ back: this.data.back + 1 });
  },
});
