// Chromium, drawn by its software renderer: without a window over its debugging protocol, and with one.
'use strict';
const fs = require('fs'), os = require('os'), path = require('path');
const { execFileSync } = require('child_process');
const { Protocol } = require('../cdp');
const { activity, memory, sleep, start, stop } = require('../processes');
const { median } = require('../statistics');
const { openWindow } = require('../window');

// Debian's `chromium` is a script that looks for flags first; what it starts is measured without it.
const PLACES = [process.env.CHROMIUM, '/usr/lib/chromium/chromium', '/usr/bin/chromium', '/usr/bin/google-chrome'];
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--no-default-browser-check', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-extensions', '--disable-default-apps', '--mute-audio', '--disable-quic',
  '--password-store=basic', '--hide-scrollbars', '--force-device-scale-factor=1', '--allow-file-access-from-files'];
// What the main thread does from a frame's script to its display list; commit and raster come after it.
const UNTIL_LIST = ['FireAnimationFrame', 'UpdateLayoutTree', 'Layout', 'PrePaint', 'Paint'];

class Chromium {
  id = 'chromium';
  title = 'Chromium';
  install = 'apt-get install chromium, or CHROMIUM=/path/of/it';

  async open(bench) {
    this.bench = bench;
    this.executable = PLACES.find(place => place && fs.existsSync(place));
    if (!this.executable) return null;
    // One that was used before: a first start makes it, unmeasured.
    this.profile = fs.mkdtempSync(path.join(os.tmpdir(), 'versus-chromium-'));
    return execFileSync(this.executable, ['--version', '--no-sandbox'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim();
  }

  async close() {
    if (this.profile) fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  // A browser without a window that shows `url`, and what speaks with it.
  launch(url, flags = []) {
    const { width, height } = this.bench;
    const args = ['--headless', ...FLAGS, ...flags, `--user-data-dir=${this.profile}`, `--window-size=${width},${height}`,
      '--remote-debugging-pipe', url];
    const child = start(this.executable, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    return { child, protocol: new Protocol(child) };
  }

  // Start to first contentful paint, memory, and what it does while nothing happens.
  async headless(url, { idle }) {
    const { child, protocol } = this.launch(url);
    try {
      const page = await protocol.page();
      // When the page's pixels were presented first, by the browser's own account.
      const painted = await page.ask(url, `new Promise(resolve => {
        const paints = list => {
          const found = list.getEntries().find(entry => entry.name === 'first-contentful-paint');
          if (found) resolve(performance.timeOrigin + found.startTime);
        };
        new PerformanceObserver(paints).observe({ type: 'paint', buffered: true });
      })`);
      await sleep(this.bench.rest);
      const bytes = memory(child.pid);
      const used = idle ? await activity(child.pid, () => sleep(idle * 1000)) : {};
      return { start: painted - child.started, memory: bytes, ...used };
    } finally {
      await stop(child);
    }
  }

  window(url, options) {
    const { width, height } = this.bench;
    const args = [...FLAGS, `--user-data-dir=${this.profile}`, `--window-size=${width},${height}`, '--window-position=0,0',
      '--ozone-platform=x11', `--app=${url}`];
    return openWindow(this.bench, this.executable, args, options);
  }

  // Updates among `rows` rows, ms: until the page is laid out, and until there is a display list.
  async updates(rows, operations) {
    const { child, protocol } = this.launch('about:blank');
    try {
      const page = await protocol.page();
      await page.open(this.bench.rowsPage(rows));
      const figures = {};
      for (const name of operations) {
        const layout = await page.evaluate(`versus.layout('${name}', ${this.bench.least})`);
        const events = await protocol.trace(['devtools.timeline', 'blink.user_timing'],
          () => page.evaluate(`versus.frames('${name}', ${this.bench.repeats(rows)})`));
        figures[name] = { layout, list: untilList(events) };
      }
      return figures;
    } finally {
      await stop(child);
    }
  }

  // Frames of a page of `rows` rows that scrolls, one after the other as fast as they come, ms.
  async scroll(rows, frames) {
    const { child, protocol } = this.launch('about:blank', ['--disable-frame-rate-limit', '--disable-gpu-vsync']);
    try {
      const page = await protocol.page();
      await page.open(this.bench.rowsPage(rows));
      await page.evaluate('versus.scroll(60)');
      return await page.evaluate(`versus.scroll(${frames})`);
    } finally {
      await stop(child);
    }
  }
}

// ms of a frame's main thread until its display list, the median of the traced frames.
function untilList(events) {
  const mark = name => events.find(event => event.name === name);
  const begin = mark('versus-begin'), end = mark('versus-end');
  if (!begin || !end) throw new Error('the trace does not hold the measured frames');
  const ours = events.filter(event => event.ph === 'X' && event.pid === begin.pid && event.tid === begin.tid
    && event.ts >= begin.ts && event.ts < end.ts && UNTIL_LIST.includes(event.name)).sort((a, b) => a.ts - b.ts);
  const frames = [];
  for (const event of ours) {
    if (event.name === 'FireAnimationFrame') frames.push(0);
    if (frames.length) frames[frames.length - 1] += event.dur / 1000;
  }
  // The last one only ends the run.
  return median(frames.slice(0, -1));
}

module.exports = { Chromium, untilList };
