// 10,000 goods: filtered, sorted three ways, grouped, paged.
module.exports = () => {
  const goods = Array.from({ length: 10000 }, (_, i) => ({ id: i, name: 'good ' + (i * 7919) % 10007, price: (i * 31337) % 9973 / 10, sold: (i * 17) % 101, tag: ['new', 'hot', 'sale'][i % 3] }));
  const cheap = goods.filter(g => g.price < 500 && g.tag !== 'sale');
  const byPrice = [...cheap].sort((a, b) => a.price - b.price || a.id - b.id);
  const byName = [...cheap].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const bySold = cheap.slice().sort((a, b) => b.sold - a.sold);
  const groups = cheap.reduce((all, g) => { (all[g.tag] = all[g.tag] || []).push(g.id); return all; }, {});
  const page = byPrice.slice(40, 60).map(g => ({ ...g, text: `${g.name}: ${g.price.toFixed(2)}` }));
  return [byPrice[10].id, byName[10].id, bySold[10].id, Object.keys(groups).map(k => groups[k].length).join(), page[3].text, goods.find(g => g.price > 990).id].join(' ');
};
