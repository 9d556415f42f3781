Page({
  data: {
    value: 'A note that is so long that it needs more than one line to be shown as a whole',
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
