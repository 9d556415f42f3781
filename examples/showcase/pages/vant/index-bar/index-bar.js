Page({
  data: {
    letters: ['A', 'B', 'C', 'D', 'E', 'F'],
  },
});
