import Message from 'tdesign-miniprogram/message/index';

Page({
  tell() {
    Message.info({ context: this, content: 'Told by script', duration: 2000, offset: [200, 16] });
  },
});
