Page({
  data: {
    words: ['Birch', 'Oak', 'Ash', 'Elm', { text: 'Yew', disabled: true }],
    columns: [
      { values: ['North', 'South'], className: 'first' },
      { values: ['Hill', 'Valley', 'Coast'], className: 'second', defaultIndex: 1 },
    ],
  },
});
