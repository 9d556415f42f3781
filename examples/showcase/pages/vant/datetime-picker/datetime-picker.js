Page({
  data: {
    chosen: '',
    now: new Date(2024, 0, 15, 12, 30).getTime(),
    first: new Date(2024, 0, 1).getTime(),
    last: new Date(2025, 11, 31).getTime(),
    time: '12:00',
  },
  confirm(event) {
    const at = new Date(event.detail);
    this.setData({ chosen: `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()} ${at.getHours()}:${at.getMinutes()}` });
  },
});
