Page({
  data: {
    dot: { dot: true, offset: [6, 6] },
    number: { count: 8, offset: [6, 6] },
    people: ['A', 'B', 'C', 'D', 'E', 'F'],
  },
});
