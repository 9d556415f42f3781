const BEDS = ['Herbs', 'Lettuces', 'Cabbages', 'Roots', 'Beans', 'Squashes', 'Berries', 'Roses', 'Grasses', 'Ferns'];
const SORTS = ['early', 'late', 'dwarf', 'tall', 'spring', 'winter', 'wild', 'garden'];
const TINTS = ['#2f7d4f', '#4c8f3c', '#7a9a2f', '#a3812b', '#9a5a3a', '#7b4b7f', '#3f6f9a', '#2f8a8a'];

// Ten beds of a thousand plants.
const bed = (name, at) => ({
  name,
  rows: Array.from({ length: 1000 }, (_, row) => ({
    name: `${name.replace(/i?e?s$/, '')} no. ${at * 1000 + row + 1}`,
    note: `${SORTS[(row * 5 + at) % SORTS.length]}, ${10 + (row * 37) % 90} cm apart`,
    tint: TINTS[(row * 3 + at) % TINTS.length],
  })),
});

Page({
  data: { beds: BEDS.map(bed), top: 0, chosen: '' },
  choose(e) {
    this.setData({ chosen: e.currentTarget.dataset.name });
  },
  last() {
    this.setData({ top: 10 * (36 + 64000) });
  },
});
