Page({
  data: {
    chosen: '',
    show: true,
    options: [
      [
        { name: 'Chat', icon: 'wechat' },
        { name: 'Blog', icon: 'weibo' },
      ],
      [
        { name: 'Link', icon: 'link', description: 'to copy' },
        { name: 'Poster', icon: 'poster' },
        { name: 'Code', icon: 'qrcode' },
      ],
    ],
  },
  close() {
    this.setData({ show: false });
  },
  select(event) {
    this.setData({ chosen: event.detail.name });
  },
});
