Page({
  data: {
    now: new Date(2024, 0, 15, 12, 30).getTime(),
  },
});
