Page({
  data: {
    components: ['button', 'cell', 'icon', 'tag', 'badge', 'divider', 'grid', 'switch'],
    libraries: [
      { id: 'vant', name: 'Vant Weapp', tint: '#07c160' },
      { id: 'tdesign', name: 'TDesign', tint: '#0052d9' },
    ],
  },
});
