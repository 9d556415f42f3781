Page({
  data: {
    visible: true,
    items: [{ title: 'Birch' }, { title: 'Oak', icon: 'home' }, { title: 'Ash' }],
  },
  close() {
    this.setData({ visible: false });
  },
});
