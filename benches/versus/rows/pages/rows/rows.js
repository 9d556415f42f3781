// A keyed list of `rows` rows in flow, and the updates that the web page in ../../pages/rows.html makes, too. All of them
// change back and forth, so that they can be repeated.
const CHANGED = 3; // The row whose text changes is on the first screen, and all others stand after it.
const SHORT = ['made of clay', 'made of iron']; // of one size
const LONG = 'made by hand in small batches of clay from our own pit, fired twice, with a saucer and a spare one';

Page({
  data: { rows: [], wide: false },
  turn: 0,
  onLoad(query) {
    const rows = [];
    for (let id = 1; id <= Number(query.rows); id += 1) rows.push({ id, label: `row ${id}` });
    this.setData({ rows });
  },
  // One text, and its row stays as high as it is.
  one() {
    this.turn += 1;
    this.setData({ [`rows[${CHANGED}].label`]: SHORT[this.turn % 2] });
  },
  // One text, and its row grows or shrinks: all rows after it move.
  grow() {
    this.turn += 1;
    this.setData({ [`rows[${CHANGED}].label`]: this.turn % 2 ? LONG : SHORT[0] });
  },
  // The padding of all rows: each is styled and laid out anew.
  relayout() {
    this.setData({ wide: !this.data.wide });
  },
});
