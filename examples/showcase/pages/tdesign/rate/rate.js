Page({
  data: {
    value: 3,
    icons: ['thumb-up-2', 'thumb-up-1'],
    colors: ['#ffc51c', '#ddd'],
    texts: ['Bad', 'Poor', 'Fair', 'Good', 'Best'],
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
