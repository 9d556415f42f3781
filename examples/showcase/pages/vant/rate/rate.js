Page({
  data: {
    value: 3,
  },
  change(event) {
    this.setData({ value: event.detail });
  },
});
