Page({
  data: {
    fits: ['contain', 'cover', 'fill', 'none', 'scale-down', 'widthFix'],
  },
});
