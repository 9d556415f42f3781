const TINTS = ['#cfe3d2', '#dbe7c4', '#efe3bd', '#f0d3c0', '#e4cfe2', '#cbd9ee', '#c7e3e3'];

Page({
  data: {
    chosen: -1,
    tiles: Array.from({ length: 10000 }, (_, at) => ({
      height: 60 + (at * 53) % 110,
      tint: TINTS[(at * 5) % TINTS.length],
    })),
  },
  choose(e) {
    this.setData({ chosen: e.currentTarget.dataset.index });
  },
});
