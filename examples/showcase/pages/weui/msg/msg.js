Page({
  data: { done: false },
  finish() {
    this.setData({ done: true });
  },
});
