import { $wuxDialog } from 'wux-weapp';

Page({
  data: { answer: '' },
  onReady() {
    $wuxDialog().confirm({
      resetOnClose: true,
      title: 'Keep the leaf?',
      content: 'It has been lying there since last autumn.',
      confirmText: 'Keep',
      cancelText: 'Drop',
      onConfirm: () => this.setData({ answer: 'Keep' }),
      onCancel: () => this.setData({ answer: 'Drop' }),
    });
  },
  ask() {
    $wuxDialog().prompt({
      resetOnClose: true,
      title: 'What is its name?',
      placeholder: 'A name',
      maxlength: 5,
      confirmText: 'Done',
      onConfirm: (event, response) => this.setData({ answer: response }),
    });
  },
});
