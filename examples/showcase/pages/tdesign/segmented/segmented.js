Page({
  data: {
    value: 'a',
    options: [{ label: 'One', value: 'a' }, { label: 'Two', value: 'b' }, { label: 'Three', value: 'c' }],
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
