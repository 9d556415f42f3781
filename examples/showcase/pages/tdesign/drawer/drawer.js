Page({
  data: {
    chosen: '',
    visible: true,
    items: [{ title: 'Birch' }, { title: 'Oak', icon: 'home' }, { title: 'Ash' }],
  },
  close() {
    this.setData({ visible: false });
  },
  choose(event) {
    this.setData({ chosen: event.detail.item.title });
  },
});
