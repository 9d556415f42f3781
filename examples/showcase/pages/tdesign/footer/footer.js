Page({
  data: {
    links: [
      { name: 'One', url: '/pages/index/index' },
      { name: 'Two', url: '/pages/index/index' },
    ],
    logo: { icon: '/images/leaf.png', title: 'Leaves' },
  },
});
