// Objects of every make: literals, classes, prototypes, fields that come and go.
class Shape {
  constructor(name) { this.name = name; this.tags = []; }
  get label() { return this.name + '#' + this.tags.length; }
  set tag(value) { this.tags.push(value); }
  area() { return 0; }
  compare(other) { return this.area() - other.area(); }
  static of(kind, size) { return kind === 'box' ? new Box(size, size + 1) : new Disc(size); }
}
class Box extends Shape {
  constructor(width, height) { super('box'); this.width = width; this.height = height; }
  area() { return this.width * this.height; }
}
class Disc extends Shape {
  #radius;
  constructor(radius) { super('disc'); this.#radius = radius; }
  area() { return Math.round(3 * this.#radius ** 2); }
  compare(other) { return super.compare(other) || 1; }
}

exports.classes = () => {
  let sum = 0;
  const shapes = [];
  for (let i = 0; i < 400; i++) {
    const shape = Shape.of(i % 3 ? 'box' : 'disc', i % 17);
    shape.tag = i;
    sum += shape.area() + shape.label.length;
    shapes.push(shape);
  }
  shapes.sort((a, b) => a.compare(b) || a.name.localeCompare(b.name));
  return sum + shapes[7].area() + shapes.filter(shape => shape instanceof Disc).length;
};

function Account(owner, balance) { this.owner = owner; this.balance = balance; this.log = []; }
Account.prototype.move = function (amount) {
  if (this.balance + amount < 0) return false;
  this.balance += amount;
  this.log.push({ amount: amount, balance: this.balance });
  return true;
};
Account.prototype.total = function () { return this.log.reduce(function (sum, entry) { return sum + entry.amount; }, 0); };

exports.prototypes = () => {
  const accounts = [];
  for (let i = 0; i < 40; i++) accounts.push(new Account('o' + i, 100));
  let refused = 0;
  for (let i = 0; i < 2000; i++) if (!accounts[i % 40].move((i * 37) % 91 - 47)) refused++;
  return accounts.map(account => account.total()).join() + refused;
};

exports.records = () => {
  const rows = [];
  for (let i = 0; i < 600; i++) {
    rows.push({ id: i, title: 'row ' + i, done: i % 4 === 0, size: { width: i % 30, height: i % 50 }, links: [i - 1, i + 1] });
  }
  const copies = rows.map(row => ({ ...row, size: { ...row.size, depth: row.id }, extra: row.done ? 'yes' : undefined }));
  let sum = 0;
  for (const { id, size: { width, depth = 0 }, links: [before, after], ...rest } of copies) {
    sum += id + width + depth + before * after + Object.keys(rest).length;
  }
  const byTitle = {};
  for (const row of rows) byTitle[row.title] = row;
  for (let i = 0; i < 600; i += 3) delete byTitle['row ' + i];
  for (const title in byTitle) sum += byTitle[title].id;
  return sum + Object.entries(byTitle).length + Object.values(Object.assign({}, byTitle, { more: 1 })).length;
};

exports.collections = () => {
  const seen = new Set(), counts = new Map(), marks = new WeakMap();
  const keys = Array.from({ length: 50 }, (_, i) => ({ i }));
  for (let i = 0; i < 3000; i++) {
    const key = 'k' + (i * 7919) % 211;
    seen.add(i % 97);
    counts.set(key, (counts.get(key) || 0) + 1);
    marks.set(keys[i % 50], i);
  }
  let sum = 0;
  counts.forEach((count, key) => { sum += count * key.length; });
  for (const [key, count] of counts) if (count > 14) sum += key.length;
  for (const mark of seen) sum += mark;
  return sum + marks.get(keys[3]) + (seen.has(96) ? 1 : 0) + (counts.delete('k5') ? 1 : 0) + counts.size;
};

exports.descriptors = () => {
  const hidden = {};
  for (let i = 0; i < 120; i++) {
    Object.defineProperty(hidden, 'f' + i, { get: function () { return i; }, enumerable: i % 2 === 0, configurable: true });
  }
  const frozen = Object.freeze({ a: 1, b: Object.freeze([1, 2, 3]) });
  let sum = Object.keys(hidden).length + Object.getOwnPropertyNames(hidden).length;
  for (const name of Object.getOwnPropertyNames(hidden)) sum += hidden[name];
  for (let i = 0; i < 300; i++) sum += Object.prototype.hasOwnProperty.call(frozen, i % 2 ? 'a' : 'c') ? frozen.b[i % 3] : 0;
  return sum + (Object.isFrozen(frozen) ? 1 : 0);
};
