Page({
  data: { themes: ['default', 'primary', 'warning', 'danger', 'success'], checked: true },
  change({ detail }) {
    this.setData({ checked: detail.checked });
  },
});
