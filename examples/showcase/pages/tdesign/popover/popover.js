Page({
  data: { shown: true },
  change(event) {
    this.setData({ shown: event.detail.visible });
  },
});
