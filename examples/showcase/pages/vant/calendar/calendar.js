Page({
  data: {
    chosen: 0,
    first: new Date(2024, 0, 10).getTime(),
    last: new Date(2024, 1, 20).getTime(),
    day: new Date(2024, 0, 15).getTime(),
    range: [new Date(2024, 0, 12).getTime(), new Date(2024, 0, 18).getTime()],
  },
  select(event) {
    this.setData({ chosen: new Date(event.detail).getDate() });
  },
});
