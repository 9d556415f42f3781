import { $wuxActionSheet } from 'wux-weapp';

Page({
  data: { chosen: '' },
  onReady() {
    this.open();
  },
  open() {
    $wuxActionSheet().showSheet({
      titleText: 'What shall become of it?',
      buttons: [{ text: 'Keep' }, { text: 'Move' }],
      buttonClicked: (index, item) => {
        this.setData({ chosen: item.text });
        return true;
      },
      cancelText: 'Cancel',
      cancel: () => this.setData({ chosen: 'nothing' }),
      destructiveText: 'Drop',
      destructiveButtonClicked: () => {
        this.setData({ chosen: 'Drop' });
        return true;
      },
    });
  },
});
