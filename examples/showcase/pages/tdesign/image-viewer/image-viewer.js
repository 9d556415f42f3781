Page({
  data: {
    deleted: -1,
    visible: true,
    images: ['/images/leaf.png', '/images/leaf.png'],
  },
  close() {
    this.setData({ visible: false });
  },
  remove(event) {
    this.setData({ deleted: event.detail.index });
  },
  open() {
    this.setData({ visible: true });
  },
});
