// Methods of arrays, of every kind of array and argument: what each call gives, does to the array, and throws. Node says what
// is right: `node arrays.js > arrays.txt` writes a name and a hash of the results for each case; `node arrays.js NAME` prints
// the results of one.
const lists = {
  empty: () => [],
  one: () => [1],
  integers: () => [1, 2, 3, 4, 5],
  numbers: () => [1.5, NaN, -0, 0, NaN],
  mixed: () => ['a', undefined, null, { x: 1 }, [1], 'a'],
  holes: () => [, 1, , 2],
  length: () => new Array(3),
  items: () => new Array(1, 2, 3),
  field: () => Object.assign([1, 2, 3], { x: 9 }),
  frozen: () => Object.freeze([1, 2, 3]),
  sealed: () => Object.seal([1, 2, 3]),
  closed: () => Object.preventExtensions([1, 2, 3]),
  fixed: () => Object.defineProperty([1, 2, 3], 'length', { writable: false }),
  getter: () => Object.defineProperty([1, 2, 3], 1, { get: () => 7, enumerable: true, configurable: true }),
  readOnly: () => Object.defineProperty([1, 2, 3], 1, { value: 7, enumerable: true }),
  derived: () => new (class List extends Array {})(1, 2, 3),
  longer: () => { const a = [1, 2]; a.length = 5; return a; },
  shorter: () => { const a = [1, 2, 3]; a.length = 1; return a; },
  hole: () => { const a = [1, 2, 3]; delete a[1]; return a; },
  ended: () => { const a = [1, 2, 3]; delete a[2]; return a; },
  far: () => { const a = [1, 2, 3]; a[7] = 1; return a; },
  proxy: () => new Proxy([1, 2, 3], {}),
  like: () => ({ 0: 'a', 1: 'b', length: 2 }),
  bare: () => Object.setPrototypeOf([1, 2, 3], null),
  other: () => Object.setPrototypeOf([1, 2, 3], { slice: 0 }),
  match: () => 'abc'.match(/b/),
  given() { return arguments; },
  created: () => Object.create(Array.prototype, { length: { value: 2, writable: true } }),
  used: () => { const a = [1, 2, 3, 4]; a.push(5); a.unshift(0); a.pop(); a.splice(1, 1, 'x', 2.5); return a; },
};
const given = [
  () => [], () => [1], () => [-2], () => [0, 1], () => [1, 0, 'x'], () => [1, 1, 'x', 'y'], () => [-1, 5, { a: 1 }], () => ['1'],
  () => [undefined], () => [NaN], () => [Infinity], () => [-Infinity], () => [1.9], () => [{ valueOf: () => 1 }], () => [null],
  () => [true], () => [2, undefined], () => [0, -1], () => [-0, 1], () => ['a', -1], () => [2, -1], () => [3, NaN],
  () => [1, Infinity], () => [1, -Infinity], () => ['x', 1, 2], () => ['x', -2, -1], () => ['x', undefined, 2],
  () => [[1, 2], [[3]]], () => [[], 's', new Array(2)], () => [Object.assign([7], { y: 1 }), { length: 1, 0: 2 }],
  () => [{ [Symbol.isConcatSpreadable]: true, length: 2, 1: 'z' }], () => [0, 2, 1, 2, 3, 4, 5, 6], () => [0, 0, 1],
  () => ['x', { valueOf: () => { throw new RangeError('asked'); } }],
];
const methods = ['splice', 'unshift', 'slice', 'fill', 'concat', 'indexOf', 'lastIndexOf', 'includes', 'join', 'with', 'toSpliced', 'copyWithin'];
const plainly = ['reverse', 'sort', 'toSorted', 'toReversed', 'pop', 'shift', 'flat'];

const text = (value) => JSON.stringify(value, (_, v) => (Object.is(v, -0) ? '-0' : v === undefined ? 'undefined' : typeof v === 'number' && !Number.isFinite(v) ? String(v) : typeof v === 'bigint' ? `${v}n` : typeof v === 'function' ? 'function' : v));
const tried = (work) => { try { return text(work()); } catch (e) { return e instanceof Error ? e.name : 'thrown'; } };
const state = (a, r) => [r === a ? 'this' : r, Array.isArray(r), r && r.constructor && r.constructor.name, a, a.length, Object.isExtensible(a), Object.getOwnPropertyNames(a)];
function call(make, method, args) {
  const a = make(1, 2, 3);
  let r;
  try { r = Array.prototype[method].apply(a, args); } catch (e) { r = e.name; }
  return tried(() => state(a, r));
}

// What a method looks at beside its array.
const works = [
  () => { const a = [1, 2]; a.unshift(9); return [a, a.length, a[3]]; },
  () => { const a = [1, 2]; a.splice(1, 0, 8, 7); return [a, a.length, Object.keys(a)]; },
  () => [1].concat([2], 3), () => new Array(3).fill(1), () => [[, 1].concat([, 2]), [1, , 3].indexOf('p'), [1, , 3].includes('p')],
  () => [1, 2, 3].slice(1), () => Array.from([1, 2]), () => [3, 1, 2].sort(), () => [1, 2, 3].reverse(), () => [1, 2, 3].splice(0, 1),
  () => [1, 2, 3].join(), () => [3, 1].toSorted(),
];
const array = Array.prototype, step = Object.getPrototypeOf([][Symbol.iterator]());
// Puts a field somewhere, and gives what takes it away again.
const put = (object, key, field) => {
  const before = Object.getOwnPropertyDescriptor(object, key);
  Object.defineProperty(object, key, { configurable: true, writable: true, ...field });
  return () => { if (before) Object.defineProperty(object, key, before); else delete object[key]; };
};
const changes = {
  arrayElement: () => put(array, 1, { value: 'p' }),
  objectElement: () => put(Object.prototype, 1, { value: 'q' }),
  setter: () => { const back = Object.getOwnPropertyDescriptor(array, 2); Object.defineProperty(array, 2, { set(v) { this.set = v; }, get: () => 'g', configurable: true }); return () => { if (!back) delete array[2]; }; },
  spreadable: () => put(array, Symbol.isConcatSpreadable, { value: false }),
  constructor: () => put(array, 'constructor', { value: { [Symbol.species]: function Made(n) { this.made = n; } } }),
  species: () => { const d = Object.getOwnPropertyDescriptor(Array, Symbol.species); Object.defineProperty(Array, Symbol.species, { value: function Made(n) { this.made = n; }, configurable: true }); return () => Object.defineProperty(Array, Symbol.species, d); },
  iterator: () => put(array, Symbol.iterator, { value: function* () { yield 'i'; } }),
  next: () => put(step, 'next', { value: () => ({ done: true }) }),
  above: () => { Object.setPrototypeOf(array, { 1: 'r', __proto__: Object.prototype }); return () => Object.setPrototypeOf(array, Object.prototype); },
};

// Who is asked changes the array.
const sly = [
  () => { const a = [1, 2, 3]; a.splice({ valueOf() { a.length = 0; return 1; } }, 1, 'x'); return a; },
  () => { const a = [1, 2, 3]; a.fill({ valueOf: () => 1 }, { valueOf() { a.length = 1; return 0; } }); return a; },
  () => { const a = [1, 2, 3]; return [a.indexOf(3, { valueOf() { a.length = 1; return 0; } }), a]; },
  () => { const a = [1, 2]; a.sort(() => (a.push(1), 0)); return [a, a.length]; },
  () => { const a = [3, 1, 2]; a.sort((x, y) => (a.length = 1, x - y)); return [a, a.length]; },
  () => { const a = [3, 1, 2]; a.sort((x, y) => (a.x = 1, x - y)); return [a, a.x]; },
  () => { const a = [3, 1, 2]; a.sort((x, y) => { delete a[0]; return x - y; }); return [a, a.length]; },
  () => { const a = [1, 2, 3]; a[1] = { toString() { a[2] = 'c'; return 'o'; } }; return a.join(); },
  () => [1, [2, [3]], null, undefined, true].join('-'), () => tried(() => [Symbol('s')].join()),
  () => { const a = [1]; a.push(a); return a.join(); },
  () => { const a = [1]; a.unshift(a); return a[0] === a && a.length; },
  () => { const a = []; for (let i = 0; i < 3000; i += 1) a.unshift(i); return [a.length, a[0], a[2999], a.indexOf(17), a.lastIndexOf(17), a.includes(3000)]; },
  () => { let a = []; for (let i = 0; i < 300; i += 1) a = a.concat(i, [i]); return a.reduce((x, y) => x + y); },
  () => { class L extends Array {} return [L.from([1, 2]) instanceof L, L.of(1) instanceof L, new L(1, 2).slice() instanceof L]; },
  () => [Array.from.call(Object, [1, 2]), Array.from([1, 2], undefined, 5), tried(() => Array.from([1], 1))],
  () => Array.from(Object.assign([1, 2], { [Symbol.iterator]: function* () { yield 9; } })),
  () => [Array.prototype.fill.length, Array.prototype.splice.name, Uint8Array.prototype.fill.name, Array.prototype.concat.length],
];
// A long life of one array.
function mixed(seed, rounds) {
  let s = seed, a = [1, 2, 3], h = 0;
  const r = (n) => { s = (s * 1103515245 + 12345) % 2147483648; return s % n; };
  const steps = [
    (x) => a.unshift(x, x), (x) => a.splice(r(9) - 4, r(4), x), () => a.splice(r(9) - 4, r(6)), () => { a = a.slice(r(3), r(40) + 5); },
    (x) => { a = a.concat([x, r(5)], x); }, () => a.reverse(), (x) => a.fill(x, r(5), r(12)), (x) => a.push(x), () => a.pop(), () => a.shift(),
    () => { a = Array.from(a); }, () => a.sort(), (x) => { h += a.indexOf(x, r(3) - 1) + 2 * a.lastIndexOf(x) + (a.includes(x) ? 5 : 0); },
    (x) => { a[r(a.length + 1)] = x; }, () => { a.length = Math.max(0, a.length - r(3)); }, () => { if (r(9) === 0) a = new Array(r(5)).fill(r(3)); },
  ];
  for (let i = 0; i < rounds; i += 1) {
    const x = [i, i / 3, `s${i}`, null, undefined, { i }][r(6)];
    steps[r(steps.length)](x);
    h = (h * 31 + a.length) % 1000003;
  }
  return [h, a, a.join('|')];
}

const kinds = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array];
const filled = [[1], [-1.5, 1], [300, -3, -1], [1e10, 1, 2], [NaN], ['3'], [{ valueOf: () => 4 }], [5n, 2], [-1n], [1, undefined, 9], [0.1, 4, 2], [1, { valueOf: () => 1 }], [7n, -2], [2, '1', 3]];
const buffers = [
  () => { const b = new ArrayBuffer(8); new Uint8Array(b, 2, 4).fill(7); return Array.from(new Uint8Array(b)); },
  () => { const b = new ArrayBuffer(8); new Uint16Array(b, 2, 2).fill(258, 1); return Array.from(new Uint8Array(b)); },
  () => { const b = new ArrayBuffer(16); new Float64Array(b).fill(0.1); return Array.from(new Uint8Array(b)); },
  () => [new Uint8Array(0).fill(1).length, new Uint8Array(100000).fill(3).reduce((a, b) => a + b), new Int32Array(33).fill(-7).every((v) => v === -7)],
  () => tried(() => Uint8Array.prototype.fill.call([], 1)),
];

function cases() {
  const all = {};
  for (const method of methods) for (const [name, make] of Object.entries(lists)) all[`${method} ${name}`] = () => given.map((args) => call(make, method, args()));
  for (const method of plainly) for (const [name, make] of Object.entries(lists)) all[`${method} ${name}`] = () => [call(make, method, [])];
  for (const [name, make] of Object.entries(lists)) all[`from ${name}`] = () => [tried(() => Array.from(make(1, 2, 3))), tried(() => Array.from(make(1, 2, 3), (v, i) => [v, i]))];
  // What is told is put together when all is as it was.
  for (const [name, change] of Object.entries(changes)) {
    all[`changed ${name}`] = () => {
      const back = change(), got = [];
      for (let i = 0; i < works.length; i += 1) { let r; try { r = works[i](); } catch (e) { r = e; } put(got, i, { value: r, enumerable: true }); }
      back();
      return got.map((r) => (r instanceof Error ? r.name : tried(() => [r, r.set, r.made])));
    };
  }
  all.sly = () => sly.map(tried);
  for (const seed of [1, 7, 42]) all[`mixed ${seed}`] = () => [text(mixed(seed, 3000))];
  for (const kind of kinds) all[`filled ${kind.name}`] = () => filled.map((args) => { const a = new kind(5); return tried(() => { try { return [a.fill(...args) === a, Array.from(a, String)]; } catch (e) { return [e.name, Array.from(a, String)]; } }); });
  all.buffers = () => buffers.map(tried);
  return all;
}

// FNV-1a of UTF-16 units.
function hash(lines) {
  let h = 0x811c9dc5;
  for (const c of lines.join('\n')) h = Math.imul(h ^ c.codePointAt(0), 0x01000193) >>> 0;
  return h.toString(16);
}

module.exports = () => Object.entries(cases()).map(([name, run]) => { const lines = run(); return [name, hash(lines), lines.join('\n')]; });
if (typeof process === 'object' && process.argv) {
  const only = process.argv[2];
  for (const [name, sum, lines] of module.exports()) {
    if (only === undefined) process.stdout.write(`${name}\t${sum}\n`);
    else if (only === name) process.stdout.write(`${lines}\n`);
  }
}
