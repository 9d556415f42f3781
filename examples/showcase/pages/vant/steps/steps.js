Page({
  data: {
    active: 1,
    steps: [
      { text: 'Ordered', desc: 'Monday' },
      { text: 'Paid', desc: 'Tuesday' },
      { text: 'Sent', desc: 'Wednesday' },
      { text: 'There', desc: 'Thursday' },
    ],
    news: [
      { text: 'It has left the house', desc: '2024-01-15 12:40' },
      { text: 'It was packed', desc: '2024-01-14 10:00' },
      { text: 'It was ordered', desc: '2024-01-13 09:30' },
    ],
  },
  next() {
    this.setData({ active: this.data.active + 1 });
  },
});
