Page({
  data: {
    value: 50,
    range: [20, 60],
  },
  change(event) {
    this.setData({ value: event.detail });
  },
});
