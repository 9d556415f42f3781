const createRecycleContext = require('miniprogram-recycle-view');

Page({
  data: {},
  onReady() {
    this.list = createRecycleContext({
      id: 'list',
      dataKey: 'rows',
      page: this,
      itemSize: { width: 375, height: 80 },
    });
    this.list.append(Array.from({ length: 1000 }, (_, id) => ({ id, title: 'Leaf ' + id })));
  },
  onUnload() {
    this.list.destroy();
  },
  drop() {
    this.list.splice(0, 1);
  },
});
