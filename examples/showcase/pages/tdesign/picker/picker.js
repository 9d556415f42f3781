Page({
  data: {
    value: ['coast', 'spring'],
    places: [
      { label: 'Hill', value: 'hill' },
      { label: 'Valley', value: 'valley' },
      { label: 'Coast', value: 'coast' },
    ],
    times: [
      { label: 'Spring', value: 'spring' },
      { label: 'Autumn', value: 'autumn' },
    ],
  },
  change(event) {
    this.setData({ value: event.detail.value });
  },
});
