Page({
  data: {
    words: ['On', 'Off'],
  },
  change() {},
});
