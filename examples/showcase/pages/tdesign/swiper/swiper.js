Page({
  data: {
    list: ['/images/leaf.png', '/images/leaf.png', '/images/leaf.png'],
    dots: { type: 'dots' },
    fraction: { type: 'fraction' },
    bar: { type: 'dots-bar' },
  },
});
