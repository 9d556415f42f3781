Page({
  data: {
    finished: false,
    time: 30 * 60 * 60 * 1000,
  },
  start() {
    this.selectComponent('#still').start();
  },
  short() {
    this.setData({ time: 2000 });
  },
  finish() {
    this.setData({ finished: true });
  },
});
