Page({
  data: {
    chosen: '',
    value: '110101',
    areas: {
      province_list: { 110000: 'North', 120000: 'South' },
      city_list: { 110100: 'Hill', 110200: 'Valley', 120100: 'Coast' },
      county_list: { 110101: 'Old town', 110102: 'New town', 110201: 'Meadow', 120101: 'Harbour' },
    },
  },
  confirm(event) {
    this.setData({ chosen: event.detail.values[2].code });
  },
});
