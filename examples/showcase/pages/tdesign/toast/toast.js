import Toast from 'tdesign-miniprogram/toast/index';

Page({
  onReady() {
    Toast({ context: this, selector: '#t-toast', message: 'It went well', theme: 'success', direction: 'column', duration: -1 });
  },
  tell() {
    Toast({ context: this, selector: '#t-toast', message: 'For a second', duration: 1000 });
  },
});
