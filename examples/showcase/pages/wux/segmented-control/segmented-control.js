Page({
  data: { current: 0, values: ['Ash', 'Birch', 'Cedar'] },
  change(event) {
    this.setData({ current: event.detail.key });
  },
});
