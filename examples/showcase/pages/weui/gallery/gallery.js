Page({
  data: {
    show: true,
    pictures: ['/images/leaf.png', '/images/leaf.png?second', '/images/leaf.png?third'],
  },
  changed(event) {
    this.setData({ current: event.detail.current });
  },
  dropped(event) {
    this.setData({ dropped: event.detail.index });
  },
  hidden() {
    this.setData({ hidden: true });
  },
});
