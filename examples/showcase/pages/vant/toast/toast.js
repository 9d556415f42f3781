import Toast from '@vant/weapp/toast/toast';

Page({
  onReady() {
    Toast.loading({ message: 'Loading', duration: 0, loadingType: 'spinner', context: this });
  },
});
