Page({
  data: {
    value: 'b',
    dot: { dot: true },
    number: { count: 16 },
    more: [{ value: 'x', label: 'First' }, { value: 'y', label: 'Second' }],
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
