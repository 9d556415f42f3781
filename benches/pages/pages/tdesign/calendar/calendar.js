import { at } from '../../../at';

const day = (month, date) => new Date(2024, month, date).getTime();

Page({
  data: {
    visible: false,
    value: [day(2, 10), day(2, 12)],
    first: day(0, 1),
    last: day(11, 31),
    words: {
      title: 'Choose a stay',
      weekdays: ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'],
      monthTitle: '{month} {year}',
      months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
      confirm: 'Done',
    },
    said: '',
  },
  at,
  show() {
    this.setData({ visible: true });
  },
  reset() {
    this.setData({ visible: false, value: [day(2, 10), day(2, 12)], said: '' });
  },
  tell(event) {
    const said = event.detail.value.map((time) => new Date(time)).map((at) => `${at.getMonth() + 1}/${at.getDate()}`).join(' to ');
    this.setData({ said });
  },
  confirm(event) {
    this.setData({ value: event.detail.value });
  },
  // A discount becomes known, and is shown at the days that have it.
  discount() {
    this.setData({
      format: (cell) => {
        if (cell.date && cell.date.getDate() % 5 === 0) cell.suffix = '-5%';
        return cell;
      },
    });
  },
  plain() {
    this.setData({ format: (cell) => cell });
  },
});
