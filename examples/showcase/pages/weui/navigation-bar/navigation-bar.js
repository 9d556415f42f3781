Page({
  data: { loading: true, show: true },
  back(event) {
    this.setData({ back: event.detail.delta });
  },
  turn() {
    this.setData({ show: !this.data.show });
  },
});
