// Blitz: static pages, drawn into memory by the small program in ../blitz, which is built on demand.
'use strict';
const fs = require('fs'), path = require('path');
const { built, memory, now, sleep, start, stop } = require('../processes');

class Blitz {
  id = 'blitz';
  title = 'Blitz';
  install = 'cargo build --release --manifest-path benches/versus/blitz/Cargo.toml, or BLITZ=/path/of/it';

  async open(bench) {
    this.bench = bench;
    const usual = path.join(__dirname, '../blitz/target/release/pellicle-versus-blitz');
    this.executable = [process.env.BLITZ, usual].find(place => place && fs.existsSync(place));
    if (!this.executable) return null;
    const manifest = fs.readFileSync(path.join(__dirname, '../blitz/Cargo.toml'), 'utf8');
    return `Blitz ${/^blitz-dom = .*?"=?([^"]+)"/m.exec(manifest)?.[1] ?? ''}${built(this.executable)}`;
  }

  async close() {}

  // Start until the picture stands in memory, and memory then.
  async headless(url) {
    const args = [new URL(url).pathname, `${this.bench.width}`, `${this.bench.height}`];
    const child = start(this.executable, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    try {
      const drawn = await Promise.race([
        new Promise(resolve => child.stdout.once('data', () => resolve(now()))),
        child.ended.then(() => null),
      ]);
      if (drawn === null) throw new Error('it ended before it drew');
      await sleep(this.bench.rest);
      return { start: drawn - child.started, memory: memory(child.pid) };
    } finally {
      child.stdin.end();
      await stop(child);
    }
  }
}

module.exports = { Blitz };
