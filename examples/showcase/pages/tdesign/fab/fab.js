Page({
  data: {
    taps: 0,
    primary: { theme: 'primary' },
  },
  tap() {
    this.setData({ taps: this.data.taps + 1 });
  },
  drop() {
    this.setData({ dropped: true });
  },
});
