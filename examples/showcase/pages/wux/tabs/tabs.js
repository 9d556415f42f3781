Page({
  data: { current: 'ash' },
  change(event) {
    this.setData({ current: event.detail.key });
  },
});
