Page({
  data: {
    to: { url: '/pages/index/index' },
  },
});
