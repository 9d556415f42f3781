Page({
  data: { value: true },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
