Page({
  data: {
    value: '112',
    options: [
      {
        label: 'North',
        value: '1',
        children: [
          { label: 'Hill', value: '11', children: [{ label: 'Old town', value: '111' }, { label: 'New town', value: '112' }] },
          { label: 'Valley', value: '12', children: [{ label: 'Meadow', value: '121' }] },
        ],
      },
      { label: 'South', value: '2', children: [{ label: 'Coast', value: '21' }] },
    ],
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
