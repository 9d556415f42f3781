// The run as one picture (SVG): how many times Pellicle's each peer's figure is, and how updates grow with the list.
'use strict';
const { number, rows } = require('./report');

const WIDTH = 860, LEFT = 300, RIGHT = 150, STEP = 34, CHART = 250;
const COLOURS = { 'pellicle-cpu': 'cpu', 'pellicle-gpu': 'gpu', chromium: 'chromium', webkit: 'webkit', blitz: 'blitz' };
// Figures of the upper part; those of updates are lines below.
const RATIOS = ['start.headless', 'start.window', 'memory', 'memory.window', 'relayout.layout', 'relayout.list', 'scroll.p50', 'scroll.p99'];

const STYLE = `
svg { --ink: #1d2420; --soft: #66706a; --line: #dfe4e0; --ground: #fff; --cpu: #1f7a4d; --gpu: #7ab897; --chromium: #2f66d0; --webkit: #c2571f; --blitz: #8552c4; }
@media (prefers-color-scheme: dark) { svg { --ink: #e8ede9; --soft: #9aa59e; --line: #333b36; --ground: #171b18; --cpu: #4fbf85; --gpu: #a9d9bf; --chromium: #7ba4f5; --webkit: #ef9a6b; --blitz: #bd97ee; } }
text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.soft { fill: var(--soft); font-size: 12px; }
.title { font-size: 15px; font-weight: 600; }
.grid { stroke: var(--line); }
${Object.values(COLOURS).map(name => `text.${name} { fill: var(--${name}); }`).join('\n')}
.even { stroke: var(--soft); stroke-dasharray: 3 3; }`;

const escape = text => String(text).replace(/[&<>"]/g, found => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[found]);
const at = value => Math.round(value * 10) / 10;
const text = (x, y, words, name = '', anchor = 'start') => `<text x="${at(x)}" y="${at(y)}" class="${name}" text-anchor="${anchor}">${escape(words)}</text>`;
const colour = id => `var(--${COLOURS[id] ?? 'ink'})`;

// A logarithmic axis over what is shown: where a value lies, and the values that have a line.
function axis(values, from, to) {
  const known = values.filter(value => value > 0 && Number.isFinite(value));
  const low = Math.log10(Math.min(...known)), high = Math.log10(Math.max(...known));
  const room = Math.max(0.1, (high - low) * 0.06);
  const first = low - room, last = high + room;
  const place = value => from + ((Math.log10(value) - first) / (last - first)) * (to - from);
  const decades = Array.from({ length: Math.floor(last) - Math.ceil(first) + 1 }, (_, n) => Math.ceil(first) + n);
  const steps = last - first < 2.2 ? [1, 2, 5] : [1];
  const ticks = [...new Set([...decades, Math.floor(first)])].flatMap(decade => steps.map(step => step * 10 ** decade));
  return { place, ticks: ticks.filter(tick => Math.log10(tick) >= first && Math.log10(tick) <= last) };
}

// The ratios with their ranges, a line for each figure.
function ratios(made, top) {
  const shown = made.rows.filter(({ figure, cells }) => RATIOS.includes(figure.id) && cells.some(cell => cell?.ratio));
  if (!shown.length) return { parts: [], bottom: top };
  const all = shown.flatMap(({ cells }) => cells.filter(cell => cell?.ratio).flatMap(({ ratio }) => [ratio.low, ratio.high]));
  const { place, ticks } = axis([1, ...all], LEFT, WIDTH - 24);
  const bottom = top + 34 + shown.length * STEP;
  const parts = [text(20, top + 6, `How many times that of ${made.peers.find(peer => peer.id === made.base).title}`, 'title')];
  for (const tick of ticks) {
    parts.push(`<line class="${tick === 1 ? 'even' : 'grid'}" x1="${at(place(tick))}" x2="${at(place(tick))}" y1="${top + 20}" y2="${bottom}"/>`);
    parts.push(text(place(tick), bottom + 16, `${Number(tick.toPrecision(2))}×`, 'soft', 'middle'));
  }
  shown.forEach(({ figure, cells }, row) => {
    const y = top + 40 + row * STEP;
    parts.push(text(LEFT - 14, y + 4, figure.title, '', 'end'));
    const drawn = cells.filter(cell => cell?.ratio);
    drawn.forEach(({ id, ratio }, n) => {
      const line = y + (n - (drawn.length - 1) / 2) * 8;
      parts.push(`<g stroke="${colour(id)}" fill="${colour(id)}"><title>${escape(`${id}: ${number(ratio.ratio)}×`)}</title>`
        + `<line x1="${at(place(ratio.low))}" x2="${at(place(ratio.high))}" y1="${at(line)}" y2="${at(line)}" stroke-width="2"/>`
        + `<circle cx="${at(place(ratio.ratio))}" cy="${at(line)}" r="4" stroke="none"/></g>`);
    });
  });
  return { parts, bottom: bottom + 24 };
}

// Moves labels apart that would lie on each other.
function apart(labels, least) {
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  sorted.forEach((label, n) => { if (n) label.y = Math.max(label.y, sorted[n - 1].y + least); });
  return labels;
}

// Times of an update over the length of the list, a line for each peer.
function growth(report, made, name, end, title, top) {
  const points = made.peers.map(peer => ({
    peer,
    line: report.rows.map(count => {
      const cell = made.rows.find(({ figure }) => figure.id === `${name}.${end}.${count}`)?.cells.find(cell => cell?.id === peer.id);
      return cell?.summary ? { count, ...cell.summary } : null;
    }).filter(Boolean),
  })).filter(({ line }) => line.length > 1);
  if (!points.length) return { parts: [], bottom: top };
  const chart = { left: 70, right: WIDTH - RIGHT, top: top + 24, bottom: top + 24 + CHART };
  const across = axis(report.rows, chart.left, chart.right);
  const up = axis(points.flatMap(({ line }) => line.flatMap(({ low, high }) => [low, high])), chart.bottom, chart.top);
  const parts = [text(20, top + 6, title, 'title')];
  for (const tick of up.ticks) {
    parts.push(`<line class="grid" x1="${chart.left}" x2="${chart.right}" y1="${at(up.place(tick))}" y2="${at(up.place(tick))}"/>`);
    parts.push(text(chart.left - 8, up.place(tick) + 4, `${Number(tick.toPrecision(2))} ms`, 'soft', 'end'));
  }
  for (const count of report.rows) parts.push(text(across.place(count), chart.bottom + 18, `${count.toLocaleString('en')} rows`, 'soft', 'middle'));
  const labels = [];
  for (const { peer, line } of points) {
    const path = line.map(({ count, median }, n) => `${n ? 'L' : 'M'}${at(across.place(count))} ${at(up.place(median))}`).join('');
    parts.push(`<path d="${path}" fill="none" stroke="${colour(peer.id)}" stroke-width="2"/>`);
    for (const { count, median, low, high } of line) {
      const x = at(across.place(count));
      parts.push(`<line x1="${x}" x2="${x}" y1="${at(up.place(low))}" y2="${at(up.place(high))}" stroke="${colour(peer.id)}" stroke-opacity=".5"/>`);
      parts.push(`<circle cx="${x}" cy="${at(up.place(median))}" r="3.5" fill="${colour(peer.id)}"><title>${escape(`${peer.title}, ${count}: ${number(median)} ms`)}</title></circle>`);
    }
    labels.push({ y: up.place(line[line.length - 1].median), peer });
  }
  for (const { y, peer } of apart(labels, 15)) parts.push(text(chart.right + 12, y + 4, peer.title, COLOURS[peer.id]));
  return { parts, bottom: chart.bottom + 44 };
}

// Which colour is whose.
function legend(made, top) {
  let x = 20;
  const parts = [];
  for (const peer of made.peers.filter(peer => peer.id !== made.base)) {
    parts.push(`<circle cx="${x + 5}" cy="${top - 4}" r="5" fill="${colour(peer.id)}"/>`, text(x + 16, top, peer.title));
    x += 40 + peer.title.length * 7.5;
  }
  return parts;
}

function plot(report, figures) {
  const made = rows(report, figures);
  const upper = ratios(made, 60);
  const parts = [...(upper.parts.length ? legend(made, 28) : []), ...upper.parts];
  let { bottom } = upper;
  const charts = [
    ['one', 'list', 'One text among N rows, to the display list'],
    ['one', 'layout', 'One text among N rows, to layout'],
    ['grow', 'layout', 'One text whose row grows, to layout'],
  ];
  for (const [name, end, title] of charts) {
    const chart = growth(report, made, name, end, title, bottom + 20);
    parts.push(...chart.parts);
    if (chart.parts.length) ({ bottom } = chart);
  }
  const height = Math.ceil(bottom + 10);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">
<style>${STYLE}</style>
<rect width="${WIDTH}" height="${height}" fill="var(--ground)"/>
${parts.join('\n')}
</svg>
`;
}

module.exports = { plot };
