Page({
  data: {
    found: ['birch bark', 'birch leaf'],
  },
});
