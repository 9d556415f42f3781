Page({
  data: {
    chosen: '',
    day: new Date(2024, 0, 15).getTime(),
    first: new Date(2024, 0, 10).getTime(),
    last: new Date(2024, 1, 20).getTime(),
    words: {
      title: 'Pick a day',
      weekdays: ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'],
      monthTitle: '{year} {month}',
      months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
      confirm: 'Done',
    },
  },
  select(event) {
    const day = new Date(event.detail.value);
    this.setData({ chosen: `${day.getFullYear()}-${day.getMonth() + 1}-${day.getDate()}` });
  },
});
