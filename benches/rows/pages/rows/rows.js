// The operations of js-framework-benchmark (https://github.com/krausest/js-framework-benchmark) on a list of rows with
// keys. `operations.json` says which are measured, and from what state.
const adjectives = ['pretty', 'large', 'big', 'small', 'tall', 'short', 'long', 'handsome', 'plain', 'quaint', 'clean',
  'elegant', 'easy', 'angry', 'crazy', 'helpful', 'mushy', 'odd', 'unsightly', 'adorable', 'important', 'inexpensive',
  'cheap', 'expensive', 'fancy'];
const colours = ['red', 'yellow', 'blue', 'green', 'pink', 'brown', 'purple', 'white', 'black', 'orange'];
const nouns = ['table', 'chair', 'house', 'bbq', 'desk', 'car', 'pony', 'cookie', 'sandwich', 'burger', 'pizza', 'mouse',
  'keyboard'];

let next = 1;
let seed = 1;

// The same labels in every run.
function pick(list) {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return list[Math.floor((seed / 2147483648) * list.length)];
}

function make(count) {
  const rows = [];
  for (let n = 0; n < count; n += 1) {
    rows.push({ id: next, label: `${pick(adjectives)} ${pick(colours)} ${pick(nouns)}` });
    next += 1;
  }
  return rows;
}

Page({
  data: { rows: [], selected: 0, status: 'rows' },
  create() {
    this.setData({ rows: make(1000), selected: 0 });
  },
  append() {
    this.setData({ rows: this.data.rows.concat(make(1000)) });
  },
  update() {
    const patch = {};
    for (let n = 0; n < this.data.rows.length; n += 10) patch[`rows[${n}].label`] = `${this.data.rows[n].label} !!!`;
    this.setData(patch);
  },
  swap() {
    const { rows } = this.data;
    if (rows.length > 998) this.setData({ 'rows[1]': rows[998], 'rows[998]': rows[1] });
  },
  select() {
    this.setData({ selected: this.data.rows[4].id });
  },
  remove() {
    const rows = this.data.rows.slice();
    rows.splice(4, 1);
    this.setData({ rows });
  },
  clear() {
    this.setData({ rows: [], selected: 0 });
  },
  rename() {
    this.setData({ status: `${this.data.status}.` });
  },
  choose(event) {
    this.setData({ selected: event.currentTarget.dataset.id });
  },
  drop(event) {
    this.setData({ rows: this.data.rows.filter((row) => row.id !== event.currentTarget.dataset.id) });
  },
});
