Page({
  data: {
    show: true,
    answer: '',
    message: 'A message that goes on\nin a second line, and that is long enough to be broken in a third one',
  },
  close(event) {
    this.setData({ show: false, answer: event.detail });
  },
});
