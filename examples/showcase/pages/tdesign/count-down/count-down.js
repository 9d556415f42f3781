Page({
  data: {
    time: 30 * 60 * 60 * 1000,
  },
});
