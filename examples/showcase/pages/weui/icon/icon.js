Page({
  data: {
    icons: ['add', 'album', 'camera', 'clip', 'comment', 'delete', 'home', 'like', 'lock', 'mike', 'search', 'star'],
  },
});
