Page({
  data: { tapped: '' },
  change(event) {
    this.setData({ tapped: event.detail.key });
  },
});
