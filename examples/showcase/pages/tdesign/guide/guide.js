function element(selector) {
  return new Promise((resolve) => {
    wx.createSelectorQuery().select(selector).boundingClientRect(resolve).exec();
  });
}

Page({
  data: {
    steps: [
      { title: 'The first', body: 'What it is for', placement: 'bottom', element: () => element('.first') },
      { title: 'The second', body: 'What it is for', placement: 'bottom', element: () => element('.second') },
    ],
  },
});
