Page({
  data: {
    value: 1,
    items: [
      { value: 0, label: 'Birch' },
      { value: 1, label: 'Oak, which is long', badge: { dot: true } },
      { value: 2, label: 'Ash', badge: { count: 8 } },
      { value: 3, label: 'Elm', icon: 'app' },
      { value: 4, label: 'Yew', disabled: true },
    ],
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
