'use strict';
const assert = require('assert/strict');
const { test } = require('node:test');
const { figures } = require('../figures');
const { untilList } = require('../peers/chromium');
const { plot } = require('../plot');
const { bars, markdown, number, terminal } = require('../report');

const ROWS = [100, 1000];

// A run of three rounds in which Chromium takes six times as long and nine times as much.
function report() {
  const both = (ours, times) => ({ 'pellicle-cpu': ours, chromium: ours.map(value => value * times) });
  const values = {
    'start.headless': both([50, 40, 60], 6),
    memory: both([30, 30, 30], 9),
    'idle.wakeups': { 'pellicle-cpu': [0, 0, 0], chromium: [20, 30, 25] },
  };
  for (const rows of ROWS) values[`one.list.${rows}`] = both([0.1, 0.11, 0.12], rows / 20);
  return {
    machine: { date: 'D', cpu: 'C', cores: 2, memory: 'M', system: 'S', load: 1, loadAfter: 2 },
    rounds: 3,
    rows: ROWS,
    peers: [
      { id: 'pellicle-cpu', title: 'Pellicle, CPU', version: 'pellicle 1', install: '' },
      { id: 'chromium', title: 'Chromium', version: 'Chromium 2', install: '' },
      { id: 'webkit', title: 'WebKitGTK', version: null, install: 'apt-get install it' },
    ],
    values,
    errors: [{ round: 0, task: 'scroll', peer: 'chromium', error: 'lost' }, { round: 1, task: 'scroll', peer: 'chromium', error: 'lost' }],
  };
}

test('numbers have three figures that count', () => {
  assert.deepEqual([0, 0.01234, 0.5, 12.34, 1234.5, NaN].map(number), ['0', '0.0123', '0.500', '12.3', '1,235', '–']);
});

test('bars say what was asked and whether it is met', () => {
  const lines = bars(report(), figures(ROWS)).join('\n');
  assert.match(lines, /5 times sooner.*6\.00× \[6\.00–6\.00\] \| met/);
  assert.match(lines, /an eighth.*9\.00×.*met/);
  assert.match(lines, /at most 1\.5 times 100 rows.*1\.00×.*met/);
  assert.match(lines, /every length.*5\.00×.*50\.0×.*met/);
  assert.match(lines, /no wake-ups.*0 a second \| met/);
  const slow = report();
  slow.values['start.headless'].chromium = [100, 100, 100];
  assert.match(bars(slow, figures(ROWS)).join('\n'), /5 times sooner.*missed/);
});

test('who is absent and what failed is said, and nothing made up for it', () => {
  const made = report();
  for (const text of [terminal(made, figures(ROWS)), markdown(made, figures(ROWS))]) {
    assert.match(text, /WebKitGTK.*absent.*apt-get install it/);
    assert.match(text, /chromium, scroll: lost \(2 of 3 rounds\)/);
    assert.doesNotMatch(text, /NaN|undefined|null|Infinity/);
  }
  assert.doesNotMatch(markdown(made, figures(ROWS)), /\| WebKitGTK/);
});

test('a page of a debug build, or of a busy machine, says so', () => {
  const text = of => markdown(of, figures(ROWS));
  assert.doesNotMatch(text(report()), /[Dd]ebug build|busy/);
  const made = report();
  made.peers[0].version += ', a debug build';
  made.machine.load = 9;
  assert.match(text(made), /\*\*Debug builds: Pellicle, CPU\.\*\*/);
  assert.match(text(made), /\*\*The machine was busy/);
});

test('tables have as many cells in every row', () => {
  const lines = markdown(report(), figures(ROWS)).split('\n');
  let cells = 0;
  for (const line of lines) {
    const count = line.startsWith('|') ? line.split('|').length : 0;
    assert.ok(!count || !cells || count === cells, line);
    cells = count;
  }
});

test('the picture is drawn within its frame', () => {
  const svg = plot(report(), figures(ROWS));
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg);
  for (const [, name, value] of svg.matchAll(/ (x1|x2|cx|x|y1|y2|cy|y)="([-\d.]+)"/g)) {
    assert.ok(value >= 0 && value <= Number(name.startsWith('x') || name === 'cx' ? width : height), `${name}=${value}`);
  }
  assert.equal([...svg.matchAll(/<g\b/g)].length, [...svg.matchAll(/<\/g>/g)].length);
});

test('a trace is summed frame by frame', () => {
  const on = { pid: 1, tid: 2 };
  const event = (name, ts, dur, more = on) => ({ name, ph: 'X', ts, dur, ...more });
  const mark = (name, ts) => ({ name, ph: 'I', ts, ...on });
  const events = [
    event('Paint', 5, 900), mark('versus-begin', 10),
    event('FireAnimationFrame', 20, 100), event('Layout', 130, 300), event('Paint', 440, 600), event('Commit', 450, 5000),
    event('FireAnimationFrame', 2000, 200), event('Layout', 2210, 800), event('Layout', 2300, 7000, { pid: 9, tid: 2 }),
    event('FireAnimationFrame', 4000, 50), mark('versus-end', 4100),
  ];
  // Two frames of 1 ms each; the third ends the run.
  assert.equal(untilList(events), 1);
  assert.throws(() => untilList([]), /trace/);
});
