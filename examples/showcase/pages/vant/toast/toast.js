import Toast from '@vant/weapp/toast/toast';

Page({
  onReady() {
    Toast.loading({ message: 'Loading', duration: 0, loadingType: 'spinner', context: this });
  },
  tell() {
    Toast({ message: 'For a second', duration: 1000, context: this });
  },
});
