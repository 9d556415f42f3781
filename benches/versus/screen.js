// A display in memory (Xvfb) whose pixels can be looked at without asking it: it keeps them in a file.
'use strict';
const fs = require('fs'), os = require('os'), path = require('path');
const { now, sleep, start, stop } = require('./processes');

const SIZE = [1000, 900];

class Screen {
  static async open() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'versus-screen-'));
    const child = start('Xvfb', ['-displayfd', '3', '-screen', '0', `${SIZE[0]}x${SIZE[1]}x24`, '-fbdir', folder, '-nolisten', 'tcp'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const number = await Promise.race([
      new Promise(resolve => child.stdio[3]?.once('data', data => resolve(String(data).trim()))),
      child.ended.then(() => null),
    ]);
    if (number === null) {
      fs.rmSync(folder, { recursive: true, force: true });
      return null;
    }
    return new Screen(child, folder, `:${number}`);
  }

  constructor(child, folder, display) {
    Object.assign(this, { child, folder, display, file: fs.openSync(path.join(folder, 'Xvfb_screen0'), 'r') });
    // The head of an XWD file: numbers of four bytes, the most significant one first.
    const head = Buffer.alloc(100);
    fs.readSync(this.file, head, 0, 100, 0);
    const word = n => head.readUInt32BE(n * 4);
    this.stride = word(12);
    this.first = word(0) + word(19) * 12;
    this.row = Buffer.alloc(this.stride);
  }

  // Calls `see` with red, green and blue of pixels `step` apart in both directions.
  look(step, see) {
    for (let y = 0; y < SIZE[1]; y += step) {
      fs.readSync(this.file, this.row, 0, this.stride, this.first + y * this.stride);
      for (let x = 0; x < SIZE[0]; x += step) see(this.row[x * 4 + 2], this.row[x * 4 + 1], this.row[x * 4]);
    }
  }

  // When `shown` is first true of what is seen, on the clock of `now`; null if it is not within `limit` ms.
  async until(shown, limit) {
    const end = now() + limit;
    while (now() < end) {
      if (shown(this)) return now();
      await sleep(1);
    }
    return null;
  }

  async close() {
    await stop(this.child);
    fs.closeSync(this.file);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

// Whether the shop's first page is seen: its background, and the green of its banner.
function showsShop(screen) {
  let ground = 0, green = 0;
  screen.look(12, (r, g, b) => {
    if (Math.abs(r - 0xf5) < 2 && Math.abs(g - 0xf3) < 2 && Math.abs(b - 0xee) < 2) ground += 1;
    if (g > r + 40 && g > b + 15) green += 1;
  });
  return ground > 150 && green > 100;
}

module.exports = { Screen, showsShop };
