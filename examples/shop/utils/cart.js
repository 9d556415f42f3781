// The cart, kept in storage: a list of { id, count, checked }.
const catalog = require('./catalog');

const KEY = 'cart';
const ORDERS = 'orders';
let lines = [];

const save = () => wx.setStorageSync(KEY, lines);

module.exports = {
  load() {
    lines = wx.getStorageSync(KEY) || [];
  },
  add(id, count = 1) {
    const line = lines.find((l) => l.id === id);
    if (line) line.count += count;
    else lines.push({ id, count, checked: true });
    save();
  },
  setCount(id, count) {
    lines = count > 0 ? lines.map((l) => (l.id === id ? { ...l, count } : l)) : lines.filter((l) => l.id !== id);
    save();
  },
  setChecked(id, checked) {
    lines = lines.map((l) => (id === undefined || l.id === id ? { ...l, checked } : l));
    save();
  },
  lines: () => lines.map((line) => ({ ...line, product: catalog.byId(line.id) })).filter((line) => line.product),
  count: () => lines.reduce((sum, line) => sum + line.count, 0),
  order(address) {
    const bought = module.exports.lines().filter((line) => line.checked);
    if (!bought.length) return null;
    const orders = wx.getStorageSync(ORDERS) || [];
    const order = {
      number: 1001 + orders.length,
      address,
      total: bought.reduce((sum, line) => sum + line.count * line.product.price, 0),
      items: bought.map((line) => ({ id: line.id, name: line.product.name, image: line.product.image, count: line.count })),
    };
    wx.setStorageSync(ORDERS, [order, ...orders]);
    lines = lines.filter((line) => !line.checked);
    save();
    return order;
  },
  orders: () => wx.getStorageSync(ORDERS) || [],
};
