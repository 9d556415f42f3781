import { at } from '../../../at';

const day = (month, date) => new Date(2024, month, date).getTime();

Page({
  data: { show: false, value: [day(2, 10), day(2, 12)], first: day(0, 1), last: day(11, 31), said: '' },
  at,
  open() {
    this.setData({ show: true });
  },
  reset() {
    this.setData({ show: false, value: [day(2, 10), day(2, 12)], said: '' });
  },
  tell(event) {
    const said = event.detail.filter(Boolean).map((time) => new Date(time)).map((at) => `${at.getMonth() + 1}/${at.getDate()}`);
    this.setData({ said: said.join(' to ') });
  },
  confirm(event) {
    this.setData({ value: event.detail.map((at) => new Date(at).getTime()), show: false });
  },
  discount() {
    this.setData({
      format: (cell) => {
        if (cell.date.getDate() % 5 === 0) cell.bottomInfo = '-5%';
        return cell;
      },
    });
  },
  plain() {
    this.setData({ format: (cell) => cell });
  },
});
