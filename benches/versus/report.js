// The figures of a run as tables: on the terminal, and as a page of the documentation.
'use strict';
const { ratio, summary } = require('./statistics');

const BASE = 'pellicle-cpu';

// A number with three figures that count.
function number(value) {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return digits > 4 ? value.toExponential(1) : value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d)(?<!\.\d*))/g, ',');
}

// The peers that there are, and for each figure what each one gave, and how many times Pellicle's that is.
function rows(report, figures) {
  const peers = report.peers.filter(peer => peer.version !== null);
  const base = peers.some(peer => peer.id === BASE) ? BASE : peers[0]?.id;
  const made = figures.filter(figure => report.values[figure.id]).map(figure => {
    const values = report.values[figure.id];
    const cells = peers.map(({ id }) => {
      if (!values[id]) return null;
      const against = id !== base && values[base] ? ratio(values[id], values[base]) : null;
      return { id, summary: summary(values[id]), ratio: against };
    });
    return { figure, cells };
  });
  return { peers, base, rows: made };
}

const times = against => `${number(against.ratio)}× [${number(against.low)}–${number(against.high)}]`;

function cell(made) {
  if (!made?.summary) return '';
  const { median, low, high } = made.summary;
  const spread = `${number(median)} (${number(low)}–${number(high)})`;
  return made.ratio ? `${spread}, ${times(made.ratio)}` : spread;
}

const absent = report => report.peers.filter(peer => peer.version === null);

// An interrupted run ends within a round.
const rounds = report => `${report.rounds} rounds${report.interrupted ? ', the last one in part' : ''}`;

// One line for each thing that failed, however often it did.
function failures(report) {
  const counted = new Map();
  for (const { task, peer, error } of report.errors) {
    const text = `${peer}, ${task}: ${error}`;
    counted.set(text, (counted.get(text) ?? 0) + 1);
  }
  return [...counted].map(([text, count]) => `${text} (${count} of ${report.rounds} rounds)`);
}

function terminal(report, figures) {
  const made = rows(report, figures);
  const lines = [`median (least–most) of ${rounds(report)}; × how many times ${made.base}'s, [95 % of the bootstrap's medians]`, ''];
  for (const { figure, cells } of made.rows) {
    lines.push(`${figure.title}, ${figure.unit}`);
    cells.forEach((shown, at) => { if (shown) lines.push(`  ${made.peers[at].title.padEnd(14)} ${cell(shown)}`); });
  }
  for (const peer of absent(report)) lines.push(`${peer.title} is absent: ${peer.install}`);
  for (const failure of failures(report)) lines.push(`failed: ${failure}`);
  return lines.join('\n');
}

function table(made, keep) {
  const shown = made.rows.filter(({ figure }) => keep(figure.id));
  const columns = made.peers.filter((_, at) => shown.some(({ cells }) => cells[at]?.summary));
  if (!shown.length) return [];
  const head = ['', ...columns.map(peer => peer.title)];
  const lines = [`| ${head.join(' | ')} |`, `| --- | ${columns.map(() => '---').join(' | ')} |`];
  for (const { figure, cells } of shown) {
    const texts = columns.map(peer => cell(cells.find(shown => shown?.id === peer.id)) || '–');
    lines.push(`| ${figure.title}, ${figure.unit} | ${texts.join(' | ')} |`);
  }
  return [...lines, ''];
}

// What the bars of the project say of a run: of each, what was asked and what came out.
function bars(report, figures) {
  const made = rows(report, figures);
  const find = (figure, peer) => made.rows.find(row => row.figure.id === figure)?.cells.find(shown => shown?.id === peer);
  const lines = [];
  const say = (asked, text, met) => lines.push(`| ${asked} | ${text} | ${met ? 'met' : 'missed'} |`);
  const start = find('start.headless', 'chromium')?.ratio;
  if (start) say('first painted frame of the shop at least 5 times sooner than headless Chromium', times(start), start.low >= 5);
  const memory = find('memory', 'chromium')?.ratio;
  if (memory) say('memory at most an eighth of headless Chromium\'s', times(memory), memory.low >= 8);
  const [few, many] = [Math.min(...report.rows), Math.max(...report.rows)];
  const [first, last] = [few, many].map(count => report.values[`one.list.${count}`]?.[made.base]);
  if (first && last && few !== many) {
    const growth = ratio(last, first);
    if (growth) say(`one text, to display list: at ${many.toLocaleString('en')} rows at most 1.5 times ${few.toLocaleString('en')} rows`, times(growth), growth.high <= 1.5);
  }
  const each = report.rows.map(count => find(`one.list.${count}`, 'chromium')?.ratio).filter(Boolean);
  if (each.length) say('one text, to display list: sooner than Chromium at every length', each.map(times).join(', '), each.every(against => against.low > 1));
  const rest = find('idle.wakeups', made.base)?.summary;
  if (rest) say('no wake-ups while nothing happens', `${number(rest.median)} a second`, rest.high === 0);
  return lines.length ? ['| asked | measured | |', '| --- | --- | --- |', ...lines, ''] : [];
}

// What a reader has to know before the figures.
function warnings(report) {
  const lines = [];
  const debug = report.peers.filter(peer => peer.version?.endsWith('a debug build')).map(peer => peer.title);
  if (debug.length) {
    lines.push(`**Debug builds: ${debug.join('; ')}.** Their times and their memory, and so all ratios, are worse than those of optimised builds.`, '');
  }
  const { load, loadAfter, cores } = report.machine;
  if (Math.max(load, loadAfter) > cores + 1) {
    lines.push('**The machine was busy with other work**: times are longer and spread wider than they would.', '');
  }
  return lines;
}

function markdown(report, figures) {
  const made = rows(report, figures);
  const { machine } = report;
  const update = (name, id) => id.startsWith(`${name}.`) && !id.includes('.p');
  const lines = [
    '# Pellicle beside other engines',
    '',
    'Written by `node benches/versus/run.js --docs`; [README.md](README.md) says what is measured and how. A cell holds the median',
    '(least–most) of the rounds, then how many times that of the CPU painter it is, by the median of the rounds\' ratios, with the',
    'range in which 95 % of the bootstrap\'s medians lie. Less is better everywhere; more than 1× means that Pellicle is ahead.',
    '',
    `${machine.date}; ${machine.cpu}, ${machine.memory}; ${machine.system}; ${rounds(report)}; load ${number(machine.load)} before, ${number(machine.loadAfter)} after.`,
    '',
    ...report.peers.map(peer => (peer.version === null ? `- ${peer.title}: absent (${peer.install})` : `- ${peer.title}: ${peer.version}`)),
    '',
    ...warnings(report),
    '![ratios and times](results.svg)',
    '',
    '## What was asked',
    '',
    ...bars(report, figures),
    '## The shop\'s first page',
    '',
    ...table(made, id => /^(start|memory|idle)/.test(id)),
    '## One text among N rows, its row as high as before',
    '',
    ...table(made, id => update('one', id)),
    '## One text among N rows, its row higher or lower',
    '',
    ...table(made, id => update('grow', id)),
    '## All rows, and scrolling',
    '',
    ...table(made, id => /^(relayout|scroll)/.test(id)),
  ];
  const failed = failures(report);
  if (failed.length) lines.push('## What failed', '', ...failed.map(failure => `- ${failure}`), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

module.exports = { bars, failures, markdown, number, rows, terminal };
