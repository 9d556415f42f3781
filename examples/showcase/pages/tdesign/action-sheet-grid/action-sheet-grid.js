Page({
  data: {
    items: [
      { label: 'Chat', icon: 'chat' },
      { label: 'Link', icon: 'link' },
      { label: 'Leaf', image: '/images/leaf.png' },
      { label: 'Poster', icon: 'image', badgeProps: { count: 5 } },
      { label: 'Save', icon: 'download' },
    ],
  },
});
