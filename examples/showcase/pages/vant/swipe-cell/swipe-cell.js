Page({
  onReady() {
    this.selectComponent('#open').open('right');
  },
});
