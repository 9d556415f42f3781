Page({
  data: {
    open: [0],
  },
  change(event) {
    this.setData({ open: event.detail.value });
  },
});
