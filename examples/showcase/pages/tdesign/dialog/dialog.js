Page({
  data: {
    answer: '',
    visible: true,
  },
  close(event) {
    this.setData({ visible: false, answer: event.type });
  },
  open() {
    this.setData({ visible: true });
  },
});
