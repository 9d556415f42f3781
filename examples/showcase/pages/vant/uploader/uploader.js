Page({
  data: {
    files: [{ url: '/images/leaf.png', isImage: true }],
    states: [
      { url: '/images/leaf.png', isImage: true, status: 'uploading', message: 'On its way' },
      { url: '/images/leaf.png', isImage: true, status: 'failed', message: 'Failed' },
      { url: '/files/leaf.pdf', name: 'leaf.pdf', isImage: false },
    ],
  },
  add(event) {
    this.setData({ files: this.data.files.concat(event.detail.file) });
  },
  remove(event) {
    this.setData({ files: this.data.files.filter((_, index) => index !== event.detail.index) });
  },
});
