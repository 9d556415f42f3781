Page({
  data: {
    texts: ['Pull down', 'Let go', 'Loading', 'Done'],
  },
});
