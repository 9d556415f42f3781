Page({
  data: {
    picked: '',
    now: new Date(2024, 0, 15, 12, 30).getTime(),
  },
  change(event) {
    this.setData({ picked: event.detail.value });
  },
});
