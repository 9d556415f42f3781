Page({
  data: {
    action: -1,
    actions: [
      { content: 'First', theme: 'primary' },
      { content: 'Second', theme: 'light' },
      { content: 'Third', variant: 'text' },
    ],
  },
  act(event) {
    this.setData({ action: event.detail.index });
  },
});
