Page({
  data: {
    list: [
      { text: 'Ash', iconPath: '/images/leaf.png', selectedIconPath: '/images/leaf.png', badge: '8' },
      { text: 'Birch', iconPath: '/images/leaf.png', selectedIconPath: '/images/leaf.png', dot: true },
      { text: 'Cedar', iconPath: '/images/leaf.png', selectedIconPath: '/images/leaf.png' },
    ],
  },
  change(event) {
    this.setData({ index: event.detail.index, text: event.detail.item.text });
  },
});
