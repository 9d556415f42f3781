Page({
  data: {
    show: true,
    buttons: [
      { type: 'default', className: 'no', text: 'No' },
      { type: 'primary', className: 'yes', text: 'Yes' },
    ],
  },
  tapped(event) {
    this.setData({ tapped: event.detail.index });
  },
  closed() {
    this.setData({ show: false });
  },
  open() {
    this.setData({ show: true });
  },
});
