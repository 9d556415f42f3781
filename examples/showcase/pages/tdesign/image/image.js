Page({
  data: {
    modes: ['aspectFill', 'aspectFit', 'scaleToFill', 'center'],
  },
});
