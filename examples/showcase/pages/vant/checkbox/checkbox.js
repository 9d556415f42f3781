Page({
  data: {
    value: true,
    names: ['one', 'two', 'three'],
    chosen: ['one'],
  },
  toggle(event) {
    this.setData({ value: event.detail });
  },
  choose(event) {
    this.setData({ chosen: event.detail });
  },
});
