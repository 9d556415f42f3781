Component({
  properties: { post: Object },
  methods: {
    open() {
      wx.navigateTo({ url: `/pages/post/post?id=${this.data.post.id}` });
    },
    like() {
      this.triggerEvent('like', { id: this.data.post.id });
    },
    preview(event) {
      wx.previewImage && wx.previewImage({ current: event.currentTarget.dataset.src, urls: this.data.post.images });
    },
  },
});
