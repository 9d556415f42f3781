Page({
  data: {
    word: '',
    chosen: [],
    words: ['Birch', 'Oak', 'Ash', 'Elm', { text: 'Yew', disabled: true }],
    columns: [
      { values: ['North', 'South'], className: 'first' },
      { values: ['Hill', 'Valley', 'Coast'], className: 'second', defaultIndex: 1 },
    ],
  },
  change(event) {
    this.setData({ word: event.detail.value });
  },
  confirm(event) {
    this.setData({ chosen: event.detail.value });
  },
});
