Page({
  data: { value: 2 },

  rated({ detail }) {
    this.setData({ value: detail.value });
  },
});
