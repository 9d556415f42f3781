Page({
  data: {
    letter: '',
    letters: ['A', 'B', 'C', 'D', 'E', 'F'],
  },
  select(event) {
    this.setData({ letter: event.detail });
  },
});
