Page({
  data: { typed: '', chosen: '', left: false },
  onLoad() {
    this.setData({ search: this.search.bind(this) });
  },
  search(words) {
    return Promise.resolve(['Ash', 'Aspen', 'Birch'].filter((name) => name.startsWith(words)).map((text, value) => ({ text, value })));
  },
  input(event) {
    this.setData({ typed: event.detail.value });
  },
  choose(event) {
    this.setData({ chosen: event.detail.item.text });
  },
  cancel() {
    this.setData({ left: true });
  },
});
