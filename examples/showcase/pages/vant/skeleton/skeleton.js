Page({
  data: {
    widths: ['100%', '60%', '80%'],
  },
});
