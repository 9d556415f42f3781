// The catalogue of the shop: everything that the pages show comes from here.
const categories = [
  { id: 'pots', name: 'Pots', tint: '#f3dccf' },
  { id: 'plants', name: 'Plants', tint: '#d8e8dc' },
  { id: 'tools', name: 'Tools', tint: '#dfe4ea' },
  { id: 'seeds', name: 'Seeds', tint: '#f4eccd' },
];

const products = [
  { id: 1, category: 'pots', name: 'Terracotta pot', note: 'Hand thrown, 18 cm', price: 2400, was: 3200, tags: ['New', 'Handmade'], image: 'pot-terracotta.png', stock: 8 },
  { id: 2, category: 'plants', name: 'Monstera deliciosa', note: 'Easy going, loves a bright corner', price: 3900, was: 0, tags: ['Bestseller'], image: 'plant-monstera.png', stock: 5 },
  { id: 3, category: 'tools', name: 'Copper watering can', note: '1.2 litres, long spout', price: 5600, was: 6400, tags: ['Gift'], image: 'tool-can.png', stock: 3 },
  { id: 4, category: 'seeds', name: 'Wildflower mix', note: 'Forty native species in one bag', price: 650, was: 0, tags: [], image: 'seed-wild.png', stock: 60 },
  { id: 5, category: 'pots', name: 'Glazed bowl', note: 'Sea green, 24 cm', price: 4800, was: 0, tags: ['Handmade'], image: 'pot-bowl.png', stock: 4 },
  { id: 6, category: 'plants', name: 'String of pearls', note: 'Trailing succulent for shelves', price: 1800, was: 2200, tags: ['Sale'], image: 'plant-pearls.png', stock: 12 },
  { id: 7, category: 'tools', name: 'Pruning shears', note: 'Japanese steel, for both hands', price: 3400, was: 0, tags: [], image: 'tool-shears.png', stock: 9 },
  { id: 8, category: 'seeds', name: 'Kitchen herbs', note: 'Basil, dill, parsley and chives', price: 980, was: 1200, tags: ['Sale'], image: 'seed-herbs.png', stock: 30 },
  { id: 9, category: 'plants', name: 'Boston fern', note: 'Soft fronds for humid rooms', price: 2200, was: 0, tags: [], image: 'plant-fern.png', stock: 7 },
  { id: 10, category: 'pots', name: 'Hanging planter', note: 'Stoneware with leather strap', price: 3600, was: 0, tags: ['New'], image: 'pot-hanging.png', stock: 6 },
].map((product) => ({ ...product, image: `/images/${product.image}` }));

const byId = (id) => products.find((product) => product.id === Number(id));

module.exports = { categories, products, byId };
