Page({
  data: {
    files: [{ url: '/images/leaf.png', name: 'leaf.png', type: 'image' }],
    states: [
      { url: '/images/leaf.png', name: 'a.png', type: 'image', status: 'loading', percent: 60 },
      { url: '/images/leaf.png', name: 'b.png', type: 'image', status: 'failed' },
      { url: '/images/leaf.png', name: 'c.png', type: 'image', status: 'reload' },
    ],
    types: ['image'],
    grid: { column: 3, width: 160, height: 160 },
  },
  add(event) {
    this.setData({ files: event.detail.files });
  },
  remove(event) {
    this.setData({ files: this.data.files.filter((_, index) => index !== event.detail.index) });
  },
});
