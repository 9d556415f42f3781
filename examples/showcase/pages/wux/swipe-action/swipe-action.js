Page({
  data: {
    right: [
      { text: 'Keep', style: 'background-color: #ddd; color: white' },
      { text: 'Drop', style: 'background-color: #f4333c; color: white' },
    ],
  },
  click(event) {
    this.setData({ action: event.detail.value.text });
  },
});
