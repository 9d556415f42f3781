Page({
  data: {
    visible: true,
    images: ['/images/leaf.png', '/images/leaf.png'],
  },
  close() {
    this.setData({ visible: false });
  },
});
