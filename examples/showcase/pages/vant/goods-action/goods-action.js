Page({
  data: {
    tapped: [],
  },
  tap(event) {
    this.setData({ tapped: [...this.data.tapped, event.currentTarget.dataset.name] });
  },
});
