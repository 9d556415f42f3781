// How control moves: exceptions, switches, labels, iterators, generators, promises.
exports.exceptions = () => {
  let caught = 0, ended = 0;
  const risky = n => {
    if (n % 3 === 0) throw new RangeError('three ' + n);
    if (n % 5 === 0) throw { code: n };
    return n;
  };
  const tried = n => { try { return risky(n); } catch (error) { caught++; return error.code || -1; } finally { ended++; } };
  let sum = 0;
  for (let i = 0; i < 300; i++) sum += tried(i);
  return [sum, caught, ended].join();
};

exports.machines = () => {
  const words = ['open', 'close', 'read', 'write', 'seek', 'sync', 'stop'];
  let state = 'idle', steps = 0, sum = 0;
  outer: for (let i = 0; ; i++) {
    switch (words[(i * 5) % words.length]) {
      case 'open': state = 'ready'; break;
      case 'close': state = 'idle'; break;
      case 'read': case 'write': if (state === 'idle') continue outer; sum += i; break;
      case 'seek': sum -= 1; // and on
      case 'sync': steps++; break;
      default: if (i > 900) break outer;
    }
    do { steps++; } while (steps % 3);
  }
  return [state, steps, sum].join();
};

function* range(from, to, step = 1) { for (let i = from; i < to; i += step) yield i; }
function* both(...lists) { for (const list of lists) yield* list; return 'end'; }
class Path {
  constructor(...points) { this.points = points; }
  *[Symbol.iterator]() { for (const point of this.points) yield point; }
}
exports.iterators = () => {
  let sum = 0;
  for (const n of range(0, 300, 3)) sum += n;
  for (const n of both(range(0, 50), [1, 2, 3], new Path(4, 5, 6))) sum += n;
  const [first, , third = 0, ...rest] = new Path(7, 8, 9, 10, 11);
  const entries = Object.fromEntries([...new Map([['a', 1], ['b', 2]])].map(([key, n]) => [key, n * 2]));
  return sum + first + third + rest.length + entries.b + Math.max(...range(0, 40)) + Array.from(new Set([1, 1, 2])).length;
};

const later = (value, turns = 1) => new Promise(resolve => { const step = n => (n ? Promise.resolve().then(() => step(n - 1)) : resolve(value)); step(turns); });
exports.promises = async () => {
  let sum = 0;
  for (let i = 0; i < 60; i++) sum += await later(i, i % 3);
  const all = await Promise.all(Array.from({ length: 30 }, (_, i) => later(i).then(n => (n % 7 ? n : Promise.reject(new Error('seven')))).catch(() => 0)));
  const settled = await Promise.allSettled([later(1), Promise.reject(new Error('no')), 3]);
  const raced = await Promise.race([later('slow', 9), later('fast', 1)]);
  return [sum, all.reduce((a, b) => a + b), settled.map(one => one.status).join(), raced].join();
};

exports.closures = () => {
  const counter = () => { let n = 0; return { up: by => (n += by === undefined ? 1 : by), reset() { n = 0; }, get now() { return n; } }; };
  const counters = Array.from({ length: 20 }, counter);
  const compose = (...steps) => input => steps.reduce((value, step) => step(value), input);
  const memo = work => { const kept = {}; return n => (n in kept ? kept[n] : (kept[n] = work(n))); };
  const curry = (work, ...first) => (work.length <= first.length ? work(...first) : (...more) => curry(work, ...first, ...more));
  const square = memo(n => n * n), pipeline = compose(n => n + 1, square, n => n % 1000);
  let sum = 0;
  for (let i = 0; i < 600; i++) { counters[i % 20].up(i % 2 ? undefined : i); sum += pipeline(i % 40); if (i % 100 === 0) counters[3].reset(); }
  const tasks = [];
  for (let i = 0; i < 50; i++) { const own = i * 2; tasks.push(() => own + i); }
  return sum + counters[4].now + tasks.reduce((total, task) => total + task(), 0) + curry((a, b, c) => a + b + c)(1)(2)(3)
    + (function () { let n = 0; for (let i = 0; i < arguments.length; i++) n += arguments[i]; return n; })(...[1, 2, 3], 4);
};
