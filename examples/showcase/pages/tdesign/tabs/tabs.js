Page({
  data: {
    value: 'a',
    dot: { dot: true, offset: [1, 0] },
    trees: ['Birch', 'Oak', 'Ash', 'Elm', 'Yew', 'Fir', 'Pine', 'Lime'],
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
