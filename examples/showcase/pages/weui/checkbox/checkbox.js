Page({
  data: {
    trees: [
      { name: 'Ash', value: 'ash', checked: true },
      { name: 'Birch', value: 'birch' },
      { name: 'Cedar', value: 'cedar', disabled: true },
    ],
    many: [],
    one: '',
  },
  changeMany(event) {
    this.setData({ many: event.detail.value });
  },
  changeOne(event) {
    this.setData({ one: event.detail.value });
  },
});
