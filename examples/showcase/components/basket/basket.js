import { storeBindingsBehavior } from 'mobx-miniprogram-bindings';
import { behavior as computedBehavior } from 'miniprogram-computed';
import { garden } from '../../garden';

Component({
  behaviors: [storeBindingsBehavior, computedBehavior],
  properties: {
    price: { type: Number, value: 1 },
  },
  data: { watched: [] },
  storeBindings: {
    store: garden,
    fields: { leaves: () => garden.leaves, count: 'count' },
    actions: { add: 'add' },
  },
  computed: {
    total(data) {
      return data.price * (data.count || 0);
    },
    names(data) {
      return (data.leaves || []).join(', ');
    },
    line(data) {
      return data.names + ': ' + data.total;
    },
  },
  watch: {
    'price, count'(price, count) {
      this.setData({ watched: this.data.watched.concat(price + 'x' + count) });
    },
  },
  methods: {
    dearer() {
      this.setData({ price: this.data.price + 1 });
    },
    take() {
      this.add('Elm');
    },
  },
});
