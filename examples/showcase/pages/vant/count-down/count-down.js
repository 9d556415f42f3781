Page({
  data: {
    time: 30 * 60 * 60 * 1000,
    left: {},
  },
  change(event) {
    this.setData({ left: event.detail });
  },
  start() {
    this.selectComponent('#still').start();
  },
});
