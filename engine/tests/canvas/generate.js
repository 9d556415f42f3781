// Draws drawings.js with Chromium's canvas, side by side, into expected.png:
//   NODE_PATH=benches/browser/node_modules node engine/tests/canvas/generate.js
'use strict';
const { chromium } = require('playwright-core');
const fs = require('fs'), os = require('os'), path = require('path');
const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSans';
const page = code => `<!doctype html><style>*{margin:0}
@font-face{font-family:F;src:url("file://${FONT}.ttf");font-weight:1 599}
@font-face{font-family:F;src:url("file://${FONT}-Bold.ttf");font-weight:600 1000}</style><body><script>
const module = {};
${code}
document.fonts.load('20px F').then(() => document.fonts.load('bold 20px F')).then(() => {
  const list = module.exports, columns = list.columns, rows = Math.ceil(list.length / columns);
  const sheet = document.createElement('canvas');
  sheet.width = columns * 100; sheet.height = rows * 100; sheet.style.display = 'block';
  document.body.append(sheet);
  const make = (w, h) => Object.assign(document.createElement('canvas'), { width: w, height: h });
  list.forEach(([name, draw], i) => {
    const k = make(100, 100);
    draw(k.getContext('2d'), k, make, text => new Path2D(text));
    sheet.getContext('2d').drawImage(k, i % columns * 100, Math.floor(i / columns) * 100);
  });
  document.title = 'done ' + sheet.width + ' ' + sheet.height;
});</script>`;
// Glyphs as a phone draws them: hinted by nothing. Chromium asks Fontconfig, whatever its own switch says.
const fonts = path.join(os.tmpdir(), 'canvas-drawings.conf');
const plain = ['pattern', 'font'].map(target => `<match target="${target}">
<edit name="hinting" mode="assign"><bool>false</bool></edit><edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
<edit name="rgba" mode="assign"><const>none</const></edit></match>`).join('');
fs.writeFileSync(fonts, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/usr/share/fonts</dir>${plain}</fontconfig>`);
process.env.FONTCONFIG_FILE = fonts;
(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--font-render-hinting=none', '--disable-gpu', '--allow-file-access-from-files'] });
  const file = path.join(os.tmpdir(), 'canvas-drawings.html');
  fs.writeFileSync(file, page(fs.readFileSync(path.join(__dirname, 'drawings.js'), 'utf8')));
  const tab = await browser.newPage({ viewport: { width: 1000, height: 1000 } });
  tab.on('pageerror', e => { console.error(String(e)); process.exitCode = 1 });
  await tab.goto('file://' + file);
  await tab.waitForFunction(() => document.title.startsWith('done'), null, { timeout: 20000 });
  await tab.locator('canvas').screenshot({ path: path.join(__dirname, 'expected.png') });
  await browser.close();
  fs.unlinkSync(file);
  fs.unlinkSync(fonts);
})();
