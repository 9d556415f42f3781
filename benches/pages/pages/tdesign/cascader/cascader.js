import { at } from '../../../at';
import { tree } from '../../../data/places';

Page({
  data: { visible: false, value: '110101', options: tree('label'), titles: ['Provinces', 'Cities', 'Districts'], said: 'nowhere' },
  at,
  show() {
    this.setData({ visible: true });
  },
  reset() {
    this.setData({ visible: false, value: '110101', said: 'nowhere' });
  },
  change(event) {
    const { value, selectedOptions } = event.detail;
    this.setData({ value, said: selectedOptions.map((option) => option.label).join(', ') });
  },
  close() {
    this.setData({ visible: false });
  },
  // A place that the map gives.
  locate(value) {
    this.setData({ value });
  },
});
