Page({
  data: {
    primary: { theme: 'primary' },
  },
});
