import { at } from '../../../at';
import { orders, sorted } from '../../../data/orders';

const columns = (field, down) => [
  ['name', 'Goods'],
  ['amount', 'Amount'],
  ['price', 'Price'],
  ['state', 'State'],
].map(([colKey, title]) => ({
  colKey,
  title: colKey === field ? `${title} ${down ? '↓' : '↑'}` : title,
  align: colKey === 'price' ? 'right' : 'left',
  ellipsis: colKey === 'name',
}));

Page({
  data: { columns: columns('', false), rows: orders(40), field: '', down: false, said: 'nothing chosen' },
  at,
  reset() {
    this.setData({ columns: columns('', false), rows: orders(40), field: '', down: false, said: 'nothing chosen' });
  },
  sort(field) {
    const down = this.data.field === field && !this.data.down;
    this.setData({ field, down, columns: columns(field, down), rows: sorted(this.data.rows, field, down) });
  },
  byPrice() {
    this.sort('price');
  },
  choose(event) {
    this.setData({ said: `chosen: ${event.detail.row.id}` });
  },
  // One order has been delivered.
  deliver(index) {
    this.setData({ [`rows[${index}].state`]: 'at the door' });
  },
  more() {
    this.setData({ rows: this.data.rows.concat(orders(60).slice(40)) });
  },
});
