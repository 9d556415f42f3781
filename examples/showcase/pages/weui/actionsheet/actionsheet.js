Page({
  data: {
    show: true,
    chosen: '',
    actions: [
      { text: 'Keep', value: 'keep' },
      { text: 'Move', value: 'move' },
      { text: 'Drop', value: 'drop', type: 'warn' },
    ],
  },
  choose(event) {
    this.setData({ chosen: event.detail.value, show: false });
  },
  closed() {
    this.setData({ show: false });
  },
  open() {
    this.setData({ show: true });
  },
});
