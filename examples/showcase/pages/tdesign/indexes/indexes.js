Page({
  data: {
    letter: '',
    letters: ['A', 'B', 'C', 'D', 'E'],
  },
  select(event) {
    this.setData({ letter: event.detail.index });
  },
});
