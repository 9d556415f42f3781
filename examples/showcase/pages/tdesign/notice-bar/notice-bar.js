Page({
  data: {
    tapped: '',
    text: 'Green leaves are sold until Friday, the yellow ones come back when it is autumn again.',
    marquee: { speed: 60, loop: -1, delay: 0 },
    lines: ['The first line', 'The second line'],
  },
  tap(event) {
    this.setData({ tapped: event.detail.trigger });
  },
});
