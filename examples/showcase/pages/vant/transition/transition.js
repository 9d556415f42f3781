Page({
  data: {
    shown: true,
    names: ['fade', 'fade-up', 'fade-down', 'slide-left', 'slide-right'],
  },
  turn() {
    this.setData({ shown: !this.data.shown });
  },
});
