Component({
  properties: { product: Object },
  methods: {
    open() {
      wx.navigateTo({ url: `/pages/detail/detail?id=${this.data.product.id}` });
    },
    add() {
      this.triggerEvent('add', { id: this.data.product.id });
    },
  },
});
