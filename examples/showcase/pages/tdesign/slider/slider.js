Page({
  data: {
    value: 40,
    range: [20, 60],
    marks: { 0: 'Low', 40: 'Mid', 100: 'High' },
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
  stretch(event) {
    this.setData({ range: event.detail.value });
  },
});
