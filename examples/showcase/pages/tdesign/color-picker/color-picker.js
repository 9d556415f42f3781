Page({
  data: {
    colour: '',
  },
  change(event) {
    this.setData({ colour: event.detail.value });
  },
});
