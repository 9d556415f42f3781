import Notify from '@vant/weapp/notify/notify';

Page({
  data: {
    show: true,
  },
  tell() {
    Notify({ context: this, message: 'Told by script', duration: 2000 });
  },
});
