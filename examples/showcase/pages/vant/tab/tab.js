Page({
  data: {
    active: 1,
    trees: ['Birch', 'Oak', 'Ash', 'Elm', 'Yew', 'Fir', 'Pine'],
  },
  change(event) {
    this.setData({ active: event.detail.index });
  },
});
