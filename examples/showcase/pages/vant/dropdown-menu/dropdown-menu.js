Page({
  data: {
    kind: 0,
    kinds: [
      { text: 'All leaves', value: 0 },
      { text: 'New leaves', value: 1 },
      { text: 'Old leaves', value: 2, icon: 'fire-o' },
    ],
  },
  onReady() {
    this.selectComponent('#first').toggle(true, { immediate: true });
  },
  change(event) {
    this.setData({ kind: event.detail });
  },
});
