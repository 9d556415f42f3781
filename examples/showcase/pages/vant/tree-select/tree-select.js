Page({
  data: {
    main: 0,
    chosen: [11, 12],
    items: [
      {
        text: 'North',
        dot: true,
        children: [
          { text: 'Hill', id: 11 },
          { text: 'Valley', id: 12 },
          { text: 'Moor', id: 13, disabled: true },
          { text: 'Wood', id: 14 },
        ],
      },
      { text: 'South', badge: 3, children: [{ text: 'Coast', id: 21 }] },
      { text: 'East', disabled: true, children: [] },
    ],
  },
  nav(event) {
    this.setData({ main: event.detail.index });
  },
  choose(event) {
    const { id } = event.detail;
    const chosen = this.data.chosen.filter((other) => other !== id);
    this.setData({ chosen: chosen.length < this.data.chosen.length ? chosen : [...chosen, id] });
  },
});
