Page({
  data: {
    found: '',
    left: false,
    value: '',
  },
  change(event) {
    this.setData({ value: event.detail });
  },
  search(event) {
    this.setData({ found: event.detail });
  },
  leave() {
    this.setData({ left: true });
  },
});
