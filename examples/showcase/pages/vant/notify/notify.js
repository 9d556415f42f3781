Page({
  data: {
    show: true,
  },
});
