import { at } from '../../../at';
import { things } from '../../../data/goods';

Page({
  data: {
    main: 0,
    chosen: [],
    items: things.map((part) => ({
      text: part.name,
      children: part.shelves.flatMap((shelf) => shelf.items.map((item) => ({ text: item.name, id: item.id }))),
    })),
    said: 'nothing chosen',
  },
  at,
  nav(event) {
    this.setData({ main: event.detail.index });
  },
  choose(event) {
    const { id } = event.detail;
    const others = this.data.chosen.filter((other) => other !== id);
    const chosen = others.length < this.data.chosen.length ? others : [...others, id];
    this.setData({ chosen, said: chosen.join(', ') });
  },
  reset() {
    this.setData({ main: 0, chosen: [], said: 'nothing chosen' });
  },
});
