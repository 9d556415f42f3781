Page({
  data: { open: [] },
  change(event) {
    this.setData({ open: event.detail.key });
  },
});
