Page({
  data: {
    show: true,
    answer: -1,
    buttons: [{ text: 'Cancel' }, { text: 'Keep' }],
  },
  answered(event) {
    this.setData({ answer: event.detail.index, show: false });
  },
  closed() {
    this.setData({ closed: true });
  },
  open() {
    this.setData({ show: true });
  },
});
