// Pellicle by one of its painters, driven by its own command line.
'use strict';
const fs = require('fs'), path = require('path');
const { execFileSync } = require('child_process');
const { built, now, start } = require('../processes');
const { openWindow } = require('../window');

// Room for 100,000 rows: nodes of a page, MB of one setData, ms of one turn of script.
const BUDGETS = ['--budget-nodes', '2000000', '--budget-data-mb', '64', '--budget-heap-mb', '2048', '--budget-cpu-ms', '600000'];

class Pellicle {
  constructor(painter) {
    this.painter = painter;
    this.id = `pellicle-${painter}`;
    this.title = `Pellicle, ${painter.toUpperCase()}`;
    this.install = painter === 'gpu' ? 'a Vulkan driver: apt-get install mesa-vulkan-drivers' : 'cargo build --release -p pellicle, or --pellicle FILE';
  }

  async open(bench) {
    this.bench = bench;
    this.executable = bench.pellicle;
    if (!fs.existsSync(this.executable)) return null;
    const version = execFileSync(this.executable, ['--version']).toString().trim() + built(this.executable);
    try {
      // Whether there is such a painter, and the files in the caches of the system.
      await this.picture(path.join(bench.folder, 'first.png'));
      return version;
    } catch {
      return null;
    }
  }

  async close() {}

  async run(args) {
    const child = start(this.executable, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', data => { said += data; });
    const status = await child.ended;
    if (status !== 0) throw new Error(`pellicle ${args[0]} ended with ${status}: ${said.trim()}`);
    return now() - child.started;
  }

  size() {
    return ['--viewport', `${this.bench.width}x${this.bench.height}`, '--renderer', this.painter];
  }

  picture(file) {
    return this.run(['render', this.bench.shop, ...this.size(), '--settle', '0', '-o', file]);
  }

  // Start until the picture is drawn, written as a PNG, and the process has ended.
  async headless() {
    return { start: await this.picture(path.join(this.bench.folder, `${this.id}.png`)) };
  }

  window(_, options) {
    // Storage of its own, as the browsers' profiles are.
    const environment = { XDG_DATA_HOME: this.bench.folder };
    return openWindow(this.bench, this.executable, ['run', this.bench.shop, ...this.size()], { ...options, environment });
  }

  async measure(rows, scenario, frames) {
    const file = path.join(this.bench.folder, `${this.id}.json`);
    await this.run(['bench', this.bench.rowsProgram, '--query', `rows=${rows}`, ...this.size(), ...BUDGETS, '--scenario', scenario,
      '--runs', '1', '--warmup', '0', '--frames', `${frames}`, '--json', file]);
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  }

  // Updates among `rows` rows, ms: until the page is laid out, until there is a display list, until its pixels stand.
  async updates(rows, operations) {
    const file = path.join(this.bench.folder, 'operations.json');
    fs.writeFileSync(file, JSON.stringify(operations.map(name => ({ operation: name, steps: [{ call: name }] }))));
    const report = await this.measure(rows, file, this.bench.repeats(rows));
    return Object.fromEntries(report.operations.map(({ operation, parts, untilList, total }) => {
      const layout = ['logic', 'bridge', 'style', 'layout'].reduce((sum, part) => sum + parts[part].p50, 0);
      return [operation, { layout, list: untilList.p50, pixels: total.p50 }];
    }));
  }

  // Frames of a page of `rows` rows that scrolls, ms, from Pellicle's own scenario.
  async scroll(rows, frames) {
    const report = await this.measure(rows, 'scroll', frames);
    return report.scenarios[0].figures.find(({ name }) => name === 'frame').runs.flat();
  }
}

module.exports = { Pellicle };
