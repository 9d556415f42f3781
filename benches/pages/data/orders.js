// Orders of a shop: the same in every run.
const goods = ['Lamp', 'Chair', 'Desk', 'Shelf', 'Carpet', 'Curtain', 'Mirror', 'Clock', 'Vase', 'Basket', 'Cushion'];
const states = ['paid', 'sent', 'delivered', 'returned'];

export function orders(count) {
  let seed = 7;
  const pick = (most) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * most);
  };
  return Array.from({ length: count }, (_, n) => ({
    id: `${1000 + n}`,
    name: `${goods[pick(goods.length)]} ${pick(90) + 10}`,
    amount: pick(9) + 1,
    price: (pick(9000) + 1000) / 100,
    state: states[pick(states.length)],
    chosen: false,
  }));
}

// By a field, up or down; the order of equal ones stays.
export function sorted(rows, field, down) {
  const sign = down ? -1 : 1;
  return rows.slice().sort((a, b) => (a[field] < b[field] ? -sign : a[field] > b[field] ? sign : 0));
}
