Page({
  data: {
    words: '',
    left: false,
    found: ['birch bark', 'birch leaf'],
  },
  change(event) {
    this.setData({ words: event.detail.value });
  },
  leave() {
    this.setData({ left: true });
  },
});
