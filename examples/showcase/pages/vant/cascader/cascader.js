Page({
  data: {
    value: '111',
    options: [
      {
        text: 'North',
        value: '1',
        children: [
          { text: 'Hill', value: '11', children: [{ text: 'Old town', value: '111' }, { text: 'New town', value: '112' }] },
          { text: 'Valley', value: '12', disabled: true },
        ],
      },
      { text: 'South', value: '2', children: [{ text: 'Coast', value: '21' }] },
    ],
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
