import { at } from '../../../at';
import { things } from '../../../data/goods';

const option = ({ name, id }, children) => ({ label: name, value: id, children });

Page({
  data: {
    value: ['0', '0-0', ['0-0-0']],
    options: things.map((part) => option(part, part.shelves.map((shelf) => option(shelf, shelf.items.map((item) => option(item)))))),
    said: '0-0-0',
  },
  at,
  change(event) {
    const { value } = event.detail;
    this.setData({ value, said: [].concat(value[2]).join(', ') });
  },
  reset() {
    this.setData({ value: ['0', '0-0', ['0-0-0']], said: '0-0-0' });
  },
});
