import { $wuxToast } from 'wux-weapp';

Page({
  data: { done: 0 },
  onReady() {
    this.tell();
  },
  tell() {
    $wuxToast().show({
      type: 'text',
      duration: 1500,
      text: 'Counted',
      success: () => this.setData({ done: this.data.done + 1 }),
    });
  },
});
