Page({
  data: {
    current: 1,
  },
  next() {
    this.setData({ current: this.data.current + 1 });
  },
  change(event) {
    this.setData({ current: event.detail.current });
  },
});
