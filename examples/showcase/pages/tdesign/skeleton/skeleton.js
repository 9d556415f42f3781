Page({
  data: {
    rows: [
      { size: '96rpx', type: 'circle' },
      [{ width: '50%' }, { width: '30%', marginLeft: '32rpx' }],
      1,
    ],
  },
});
