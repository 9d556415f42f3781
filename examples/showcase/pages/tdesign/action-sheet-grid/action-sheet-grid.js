Page({
  data: {
    visible: true,
    chosen: '',
    items: [
      { label: 'Chat', icon: 'chat' },
      { label: 'Link', icon: 'link' },
      { label: 'Leaf', image: '/images/leaf.png' },
      { label: 'Poster', icon: 'image', badgeProps: { count: 5 } },
      { label: 'Save', icon: 'download' },
    ],
  },
  select(event) {
    this.setData({ chosen: event.detail.selected.label });
  },
  close() {
    this.setData({ visible: false });
  },
});
