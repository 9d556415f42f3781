Page({
  data: {
    active: 0,
  },
  change(event) {
    this.setData({ active: event.detail });
  },
});
