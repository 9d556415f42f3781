Page({
  data: {
    names: ['fade', 'fade-up', 'fade-down', 'slide-left', 'slide-right'],
  },
});
