Page({
  data: {
    visible: true,
    items: [
      { label: 'Open' },
      { label: 'Move', icon: 'enter' },
      { label: 'Delete', color: '#e34d59' },
      { label: 'Not now', disabled: true },
    ],
  },
  close() {
    this.setData({ visible: false });
  },
});
