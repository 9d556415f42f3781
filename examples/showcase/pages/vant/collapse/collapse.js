Page({
  data: {
    open: ['1'],
    one: '2',
  },
  change(event) {
    this.setData({ open: event.detail });
  },
});
