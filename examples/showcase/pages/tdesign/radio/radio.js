Page({
  data: {
    value: 'two',
    options: [{ label: 'One', value: '1', block: false }, { label: 'Two', value: '2', block: false }],
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
