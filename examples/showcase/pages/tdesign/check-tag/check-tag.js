Page({
  data: {
    checked: false,
    words: ['On', 'Off'],
  },
  change(event) {
    this.setData({ checked: event.detail.checked });
  },
});
