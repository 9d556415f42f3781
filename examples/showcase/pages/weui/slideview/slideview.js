Page({
  data: {
    told: [],
    show: false,
    plain: [
      { text: 'Keep', data: 'keep' },
      { type: 'warn', text: 'Drop', data: 'drop' },
    ],
    icons: [{ src: '/images/leaf.png', data: 'leaf' }],
  },
  tapped(event) {
    this.setData({ told: this.data.told.concat(event.detail.data) });
  },
  shown() {
    this.setData({ told: this.data.told.concat('shown') });
  },
  hidden() {
    this.setData({ told: this.data.told.concat('hidden') });
  },
  turn() {
    this.setData({ show: !this.data.show });
  },
});
