Page({
  data: {
    count: 3,
  },
  change(event) {
    this.setData({ count: event.detail.value });
  },
});
