// A cart in a store of MobX: observables, computed values, reactions.
const { observable, computed, action, autorun, makeObservable, runInAction } = require('mobx');
module.exports = () => {
  class Cart {
    constructor() {
      this.items = [];
      this.coupon = 0;
      makeObservable(this, { items: observable, coupon: observable, total: computed, count: computed, add: action });
    }
    get total() { return this.items.reduce((sum, item) => sum + item.price * item.count, 0) - this.coupon; }
    get count() { return this.items.reduce((sum, item) => sum + item.count, 0); }
    add(id) {
      const found = this.items.find(item => item.id === id);
      if (found) found.count += 1;
      else this.items.push({ id, price: id * 3 + 1, count: 1 });
    }
  }
  const cart = new Cart();
  let seen = 0, last = 0;
  const stop = autorun(() => { seen += 1; last = cart.total + cart.count; });
  for (let i = 0; i < 400; i++) cart.add((i * 7) % 40);
  runInAction(() => { cart.coupon = 5; cart.items.forEach(item => { item.price += 1; }); });
  stop();
  return [seen, last, cart.items.length].join(' ');
};
