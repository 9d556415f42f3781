Page({
  data: {
    action: '',
    right: [
      { text: 'Edit', className: 'edit', style: 'background: #ed7b2f; color: #fff; padding: 0 32rpx' },
      { text: 'Drop', icon: 'delete', style: 'background: #e34d59; color: #fff; padding: 0 32rpx' },
    ],
    left: [{ text: 'Keep', style: 'background: #0052d9; color: #fff; padding: 0 32rpx' }],
  },
  act(event) {
    this.setData({ action: event.detail.text });
  },
});
