import { at } from '../../../at';
import { orders, sorted } from '../../../data/orders';

Page({
  data: { rows: orders(40), chosen: [], field: '', down: false, said: 'nothing chosen' },
  at,
  reset() {
    this.setData({ rows: orders(40), chosen: [], field: '', down: false, said: 'nothing chosen' });
  },
  sort(event) {
    const { field } = event.currentTarget.dataset;
    const down = this.data.field === field && !this.data.down;
    this.setData({ field, down, rows: sorted(this.data.rows, field, down) });
  },
  choose(event) {
    this.setData({ chosen: event.detail, said: event.detail.length ? `chosen: ${event.detail.join(', ')}` : 'nothing chosen' });
  },
  all() {
    const chosen = this.data.rows.map((row) => row.id);
    this.setData({ chosen, said: `chosen: all ${chosen.length}` });
  },
  deliver(index) {
    this.setData({ [`rows[${index}].state`]: 'at the door' });
  },
  more() {
    this.setData({ rows: this.data.rows.concat(orders(60).slice(40)) });
  },
});
