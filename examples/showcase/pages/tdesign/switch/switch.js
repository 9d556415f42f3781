Page({
  data: { checked: true, other: false },
  change({ detail }) {
    this.setData({ checked: detail.value });
  },
});
