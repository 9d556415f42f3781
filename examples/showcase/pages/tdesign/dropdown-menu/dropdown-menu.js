Page({
  data: {
    kind: 'all',
    chosen: ['new'],
    kinds: [
      { label: 'All leaves', value: 'all' },
      { label: 'New leaves', value: 'new' },
      { label: 'Old leaves', value: 'old', disabled: true },
    ],
  },
  change(event) {
    this.setData({ kind: event.detail.value });
  },
});
