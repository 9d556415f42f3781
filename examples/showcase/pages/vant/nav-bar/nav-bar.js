Page({
  data: {
    tapped: [],
  },
  left() {
    this.setData({ tapped: [...this.data.tapped, 'left'] });
  },
  right() {
    this.setData({ tapped: [...this.data.tapped, 'right'] });
  },
});
