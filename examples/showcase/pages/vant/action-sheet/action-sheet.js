Page({
  data: {
    chosen: '',
    show: true,
    actions: [
      { name: 'Open' },
      { name: 'Move', subname: 'to another folder' },
      { name: 'Busy', loading: true },
      { name: 'Delete', color: '#ee0a24' },
      { name: 'Not now', disabled: true },
    ],
  },
  close() {
    this.setData({ show: false });
  },
  open() {
    this.setData({ show: true });
  },
  select(event) {
    this.setData({ chosen: event.detail.name, show: false });
  },
});
