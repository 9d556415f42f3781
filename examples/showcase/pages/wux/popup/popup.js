Page({
  data: { visible: false, told: [], style: { height: '200px', padding: '30px' } },
  onReady() {
    this.open();
  },
  note(event) {
    this.setData({ told: this.data.told.concat(event.type) });
  },
  close() {
    this.setData({ visible: false });
  },
  open() {
    this.setData({ visible: true });
  },
});
