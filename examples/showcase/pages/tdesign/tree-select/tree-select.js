Page({
  data: {
    value: ['north', 'hill', 'old'],
    options: [
      {
        label: 'North',
        value: 'north',
        children: [
          { label: 'Hill', value: 'hill', children: [{ label: 'Old town', value: 'old' }, { label: 'New town', value: 'new' }] },
          { label: 'Valley', value: 'valley', children: [{ label: 'Meadow', value: 'meadow' }] },
        ],
      },
      { label: 'South', value: 'south', children: [{ label: 'Coast', value: 'coast', children: [{ label: 'Harbour', value: 'harbour' }] }] },
    ],
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
