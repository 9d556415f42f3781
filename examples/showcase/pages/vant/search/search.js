Page({
  data: {
    value: '',
  },
});
