import { createStoreBindings } from 'mobx-miniprogram-bindings';
import { garden } from '../../../garden';

Page({
  data: {},
  onLoad() {
    this.bindings = createStoreBindings(this, {
      store: garden,
      fields: ['leaves', 'count'],
      actions: ['add', 'rename'],
    });
  },
  onUnload() {
    this.bindings.destroyStoreBindings();
  },
  more() {
    this.add('Oak');
  },
  change() {
    this.rename(0, 'Alder');
  },
});
