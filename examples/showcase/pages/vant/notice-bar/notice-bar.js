Page({
  data: {
    text: 'Green leaves are sold until Friday, the yellow ones come back when it is autumn again.',
  },
});
