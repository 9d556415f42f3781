// What programs keep: events, reducers, values that depend on others, undo, caches.
function Emitter() { this.listeners = {}; }
Emitter.prototype = {
  constructor: Emitter,
  on(name, listener, self) { (this.listeners[name] || (this.listeners[name] = [])).push({ listener, self }); return this; },
  off(name, listener) { this.listeners[name] = (this.listeners[name] || []).filter(one => one.listener !== listener); },
  once(name, listener) { const once = (...args) => { this.off(name, once); listener.apply(this, args); }; return this.on(name, once); },
  emit(name) {
    const args = Array.prototype.slice.call(arguments, 1), list = (this.listeners[name] || []).slice();
    for (let i = 0, n = list.length; i < n; i++) list[i].listener.apply(list[i].self || this, args);
    return list.length;
  },
};
exports.events = () => {
  const emitter = new Emitter();
  let heard = 0;
  const add = function (n) { heard += n + this.weight; };
  for (let i = 0; i < 8; i++) emitter.on(i % 2 ? 'tap' : 'move', add, { weight: i });
  emitter.once('tap', n => { heard += 1000 * n; });
  for (let i = 0; i < 150; i++) { emitter.emit('tap', i); emitter.emit('move', -i); if (i === 100) emitter.off('move', add); }
  return heard;
};

const reducers = {
  items: (state = [], action) => {
    switch (action.type) {
      case 'add': return [...state, { id: action.id, text: action.text, done: false }];
      case 'toggle': return state.map(item => (item.id === action.id ? { ...item, done: !item.done } : item));
      case 'remove': return state.filter(item => item.id !== action.id);
      default: return state;
    }
  },
  filter: (state = 'all', action) => (action.type === 'filter' ? action.filter : state),
};
const combine = map => (state = {}, action) => {
  let changed = false;
  const next = {};
  for (const key of Object.keys(map)) { next[key] = map[key](state[key], action); changed = changed || next[key] !== state[key]; }
  return changed ? next : state;
};
exports.reducers = () => {
  const reduce = combine(reducers), log = [];
  const store = (() => { let state = reduce(undefined, {}); const subs = new Set(); return { get: () => state, send(action) { state = reduce(state, action); subs.forEach(sub => sub(state)); return action; }, watch(sub) { subs.add(sub); return () => subs.delete(sub); } }; })();
  const end = store.watch(state => log.push(state.items.length));
  for (let i = 0; i < 60; i++) { store.send({ type: 'add', id: i, text: 'item ' + i }); if (i % 3 === 0) store.send({ type: 'toggle', id: i }); if (i % 4 === 0) store.send({ type: 'remove', id: i - 2 }); store.send({ type: 'filter', filter: ['all', 'done'][i % 2] }); }
  end();
  return log.reduce((a, b) => a + b, 0) + store.get().filter + store.get().items.filter(({ done }) => done).length;
};

// Values that know who read them.
let reading = null;
class Cell {
  constructor(value) { this._value = value; this._readers = new Set(); }
  get() { if (reading) { this._readers.add(reading); reading.sources.add(this); } return this._value; }
  set(value) { if (Object.is(value, this._value)) return; this._value = value; for (const reader of Array.from(this._readers)) reader.stale(); }
}
class Derived extends Cell {
  constructor(work) { super(undefined); this.work = work; this.isStale = true; this.sources = new Set(); this.runs = 0; }
  stale() { if (!this.isStale) { this.isStale = true; for (const reader of Array.from(this._readers)) reader.stale(); } }
  get() {
    if (this.isStale) {
      this.sources.forEach(source => source._readers.delete(this));
      this.sources.clear();
      const before = reading;
      reading = this;
      try { this._value = this.work(); this.runs++; } finally { reading = before; }
      this.isStale = false;
    }
    return super.get();
  }
}
exports.cells = () => {
  const cells = [];
  for (let i = 0; i < 60; i++) cells.push(new Cell(i));
  const pairs = cells.map((cell, i) => new Derived(() => cell.get() + cells[(i + 1) % cells.length].get()));
  const total = new Derived(() => pairs.reduce((sum, pair) => sum + pair.get(), 0));
  let sum = 0;
  for (let i = 0; i < 80; i++) { cells[(i * 7) % 60].set(i % 13); sum += total.get(); }
  return sum + ':' + total.runs + ':' + pairs[3].runs;
};

// The same by proxies and by accessors.
const observe = (target, told, path = '') => new Proxy(target, {
  get(object, key, self) { const value = Reflect.get(object, key, self); return value && typeof value === 'object' ? observe(value, told, path + String(key) + '.') : value; },
  set(object, key, value, self) { told(path + String(key), value); return Reflect.set(object, key, value, self); },
  deleteProperty(object, key) { told(path + key); return Reflect.deleteProperty(object, key); },
  has: (object, key) => Reflect.has(object, key),
  ownKeys: object => Reflect.ownKeys(object),
});
exports.observers = () => {
  const changes = [];
  const model = observe({ user: { name: 'A', tags: ['x'] }, count: 0 }, (path, value) => changes.push(path + '=' + value));
  for (let i = 0; i < 60; i++) { model.count++; model.user.name = 'n' + i; if (i % 6 === 0) model.user.tags.push('t' + i); if (i % 9 === 0) delete model.user.name; }
  const watched = {}, values = {};
  let reads = 0;
  ['a', 'b', 'c'].forEach(key => Object.defineProperty(watched, key, { get() { reads++; return values[key]; }, set(value) { values[key] = value; changes.push(key); }, enumerable: true }));
  for (let i = 0; i < 100; i++) { watched.a = i; watched.b = watched.a + 1; watched.c = { ...watched }; }
  return changes.length + ':' + reads + ('user' in model) + Object.keys(model).length;
};

exports.undo = () => {
  const past = [], future = [];
  let document = { lines: ['a'], cursor: { line: 0, column: 0 } };
  const apply = change => { past.push(document); future.length = 0; document = Object.assign({}, document, change(document)); };
  for (let i = 0; i < 120; i++) {
    apply(({ lines, cursor }) => ({ lines: lines.slice(0, i % 9).concat('line ' + i, lines.slice(i % 9)), cursor: { ...cursor, line: cursor.line + 1 } }));
    if (i % 5 === 0 && past.length) { future.push(document); document = past.pop(); }
    if (i % 10 === 0 && future.length) { past.push(document); document = future.pop(); }
    if (past.length > 30) past.shift();
  }
  return document.lines.length + ':' + document.cursor.line + ':' + past.length;
};

exports.caches = () => {
  class Recent {
    constructor(limit) { this.limit = limit; this.kept = new Map(); this.hits = 0; }
    get(key, make) {
      if (this.kept.has(key)) { const value = this.kept.get(key); this.kept.delete(key); this.kept.set(key, value); this.hits++; return value; }
      const made = make(key);
      this.kept.set(key, made);
      if (this.kept.size > this.limit) this.kept.delete(this.kept.keys().next().value);
      return made;
    }
  }
  const recent = new Recent(20);
  const clone = value => (Array.isArray(value) ? value.map(clone) : value && typeof value === 'object' ? Object.keys(value).reduce((copy, key) => { copy[key] = clone(value[key]); return copy; }, {}) : value);
  const equal = (a, b) => a === b || (a && b && typeof a === 'object' && typeof b === 'object' && Object.keys(a).length === Object.keys(b).length && Object.keys(a).every(key => equal(a[key], b[key])));
  let same = 0;
  for (let i = 0; i < 300; i++) {
    const value = recent.get('k' + (i * i) % 37, key => ({ key, list: [1, { two: 2 }], nested: { deep: { er: key } } }));
    if (equal(value, clone(value))) same++;
  }
  return recent.hits + ':' + same;
};
