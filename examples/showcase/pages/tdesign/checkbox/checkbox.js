Page({
  data: {
    chosen: ['one'],
    options: [{ label: 'All', checkAll: true }, { label: 'One', value: 'one' }, { label: 'Two', value: 'two' }],
  },
  change(event) {
    this.setData({ chosen: event.detail.value });
  },
});
