Page({
  data: {
    current: 1,
    down: 0,
    list: ['/images/leaf.png', '/images/leaf.png', '/images/leaf.png'],
    dots: { type: 'dots' },
    fraction: { type: 'fraction' },
    bar: { type: 'dots-bar' },
  },
  change(event) {
    this.setData({ current: event.detail.current });
  },
  move(event) {
    this.setData({ down: event.detail.current });
  },
});
