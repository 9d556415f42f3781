// What is measured: tasks that a peer does once a round, and the figures that come of them.
'use strict';

const ROWS = [100, 1000, 10000, 100000];
const RELAYOUT = 1000;
const SCROLLED = 1000;

// A figure's unit is ms, MB (of 2^20 bytes), or a count; less is better everywhere.
const FIGURES = [
  { id: 'start.headless', title: 'start to first painted frame, no window', unit: 'ms' },
  { id: 'start.window', title: 'start to first painted frame in a window', unit: 'ms' },
  { id: 'memory', title: 'memory', unit: 'MB' },
  { id: 'memory.window', title: 'memory with a window', unit: 'MB' },
  { id: 'idle.cpu', title: 'idle: processor time', unit: 'ms/s' },
  { id: 'idle.wakeups', title: 'idle: wake-ups', unit: '/s' },
  { id: 'relayout.layout', title: `all of ${RELAYOUT.toLocaleString('en')} rows change: to layout`, unit: 'ms' },
  { id: 'relayout.list', title: `all of ${RELAYOUT.toLocaleString('en')} rows change: to display list`, unit: 'ms' },
  { id: 'scroll.p50', title: 'a frame that scrolls, median', unit: 'ms' },
  { id: 'scroll.p95', title: 'a frame that scrolls, p95', unit: 'ms' },
  { id: 'scroll.p99', title: 'a frame that scrolls, p99', unit: 'ms' },
];

const UPDATES = { one: 'one text, its row as high as before', grow: 'one text, its row higher or lower' };
const ENDS = { layout: 'to layout', list: 'to display list', pixels: 'to pixels' };

// Figures of updates among so many rows.
const updateFigures = rows => Object.entries(UPDATES).flatMap(([name, title]) => Object.entries(ENDS).map(([end, until]) =>
  ({ id: `${name}.${end}.${rows}`, title: `${title}, ${rows.toLocaleString('en')} rows: ${until}`, unit: 'ms' })));

// The tasks of a round. `run` gives a peer's figures by id, or null where a peer cannot do that.
function tasks({ rows, idle, frames }) {
  const { percentile } = require('./statistics');
  const idled = used => (idle && used.cpu !== undefined ? { 'idle.cpu': used.cpu / idle, 'idle.wakeups': used.wakeups / idle } : {});
  return [
    {
      id: 'headless',
      async run(peer, bench) {
        if (!peer.headless) return null;
        const got = await peer.headless(bench.shopPage, { idle: 0 });
        return { 'start.headless': got.start, ...(got.memory && { memory: got.memory / 2 ** 20 }) };
      },
    },
    {
      id: 'window',
      async run(peer, bench) {
        if (!peer.window) return null;
        const got = await peer.window(bench.shopPage, { idle });
        const bytes = got.memory / 2 ** 20;
        // A browser without a window has its own figure; who has none is held against it with a window.
        const alone = peer.id === 'chromium' ? {} : { memory: bytes };
        return { 'start.window': got.start, 'memory.window': bytes, ...alone, ...idled(got) };
      },
    },
    ...rows.map(count => ({
      id: `rows.${count}`,
      // The shortest and the longest list.
      end: rows.length > 1 && (count === Math.min(...rows) || count === Math.max(...rows)),
      async run(peer) {
        if (!peer.updates) return null;
        const names = count === RELAYOUT ? ['one', 'grow', 'relayout'] : ['one', 'grow'];
        const got = await peer.updates(count, names);
        if (!got) return null;
        const figures = {};
        for (const [name, ends] of Object.entries(got)) {
          for (const [end, value] of Object.entries(ends)) {
            if (name !== 'relayout') figures[`${name}.${end}.${count}`] = value;
            else if (end !== 'pixels') figures[`relayout.${end}`] = value;
          }
        }
        return figures;
      },
    })),
    {
      id: 'scroll',
      async run(peer) {
        if (!peer.scroll) return null;
        const got = await peer.scroll(SCROLLED, frames);
        const of = Array.isArray(got) ? { p50: percentile(got, 0.5), p95: percentile(got, 0.95), p99: percentile(got, 0.99) } : got;
        return { 'scroll.p50': of.p50, 'scroll.p95': of.p95, 'scroll.p99': of.p99 };
      },
    },
  ];
}

// All figures of a run, in the order of its report.
const figures = rows => [...FIGURES.slice(0, 8), ...rows.flatMap(updateFigures), ...FIGURES.slice(8)];

module.exports = { ROWS, UPDATES, figures, tasks };
