Page({
  data: { value: 2 },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
