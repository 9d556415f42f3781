Page({
  data: {
    now: new Date(2024, 0, 15, 12, 30).getTime(),
    first: new Date(2024, 0, 1).getTime(),
    last: new Date(2025, 11, 31).getTime(),
    time: '12:00',
  },
});
