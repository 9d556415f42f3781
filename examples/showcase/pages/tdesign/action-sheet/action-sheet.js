Page({
  data: {
    chosen: '',
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
  open() {
    this.setData({ visible: true });
  },
  select(event) {
    this.setData({ chosen: event.detail.selected.label });
  },
});
