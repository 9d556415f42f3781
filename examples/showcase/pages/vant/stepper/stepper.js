Page({
  data: {
    count: 1,
  },
  change(event) {
    this.setData({ count: event.detail });
  },
});
