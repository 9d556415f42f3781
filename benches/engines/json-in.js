// A megabyte of JSON is read.
const record = i => ({ id: i, name: `商品 ${i}`, price: i * 1.25, tags: ['a', 'b', String(i)], shop: { id: i % 50, open: i % 2 === 0, note: null }, text: 'lorem ipsum dolor sit amet "quoted" and\nbroken' });
const text = JSON.stringify(Array.from({ length: 6000 }, (_, i) => record(i)));
module.exports = () => JSON.parse(text).reduce((sum, r) => sum + r.price + r.shop.id, text.length);
