Page({
  data: {
    typed: '',
    value: '',
    name: 'Ada',
    secret: 'secret',
    long: 'A note that is so long that it needs more than one line to be shown as a whole',
  },
  type(event) {
    this.setData({ typed: event.detail });
  },
});
