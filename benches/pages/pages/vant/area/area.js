import { at } from '../../../at';
import { lists } from '../../../data/places';

Page({
  data: { show: false, value: '110101', areas: lists(), said: 'nowhere' },
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
  move(event) {
    this.setData({ said: event.detail.values.map((value) => value.name).join(', ') });
  },
  locate(value) {
    this.setData({ value });
  },
});
