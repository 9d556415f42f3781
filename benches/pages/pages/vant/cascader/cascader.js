import { at } from '../../../at';
import { tree } from '../../../data/places';

Page({
  data: { show: false, value: '110101', options: tree('text'), said: 'nowhere' },
  at,
  open() {
    this.setData({ show: true });
  },
  close() {
    this.setData({ show: false });
  },
  reset() {
    this.setData({ show: false, value: '110101', said: 'nowhere' });
  },
  change(event) {
    const { value, selectedOptions } = event.detail;
    this.setData({ value, said: selectedOptions.map((option) => option.text).join(', ') });
  },
  locate(value) {
    this.setData({ value });
  },
});
