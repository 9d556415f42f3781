Page({
  data: {
    visible: true,
  },
  change(event) {
    this.setData({ visible: event.detail.visible });
  },
  open() {
    this.setData({ visible: true });
  },
});
