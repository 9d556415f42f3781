Page({
  data: { value: 0 },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
