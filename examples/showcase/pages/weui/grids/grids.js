Page({
  data: {
    grids: ['Ash', 'Birch', 'Cedar', 'Elm', 'Oak'].map((text) => ({ imgUrl: '/images/leaf.png', text, url: '/pages/index/index' })),
  },
});
