import { action, observable } from 'mobx-miniprogram';

/** What the page and the components of the store's page share. */
export const garden = observable({
  leaves: ['Ash', 'Birch'],
  get count() {
    return this.leaves.length;
  },
  add: action(function (name) {
    this.leaves = this.leaves.concat(name);
  }),
  rename: action(function (index, name) {
    this.leaves = this.leaves.map((leaf, at) => (at === index ? name : leaf));
  }),
});
