Page({
  data: { count: 0, items: ['One', 'Two', 'Three', 'Four', 'Five', 'Six'] },
  tap() {
    this.setData({ count: this.data.count + 1 });
  },
});
