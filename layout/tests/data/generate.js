// Makes browser-cases.json from cases.txt: one piece of markup a line, laid out by Chromium with the fonts of
// the layout oracle. Usage: npm install playwright-core && node generate.js
const { chromium } = require('playwright-core'), fs = require('fs'), os = require('os'), path = require('path');
const FONTS = '/usr/share/fonts/truetype';
const HEAD = `<!DOCTYPE html><meta charset=utf-8><style>
@font-face{font-family:F;src:url("file://${FONTS}/dejavu/DejaVuSans.ttf");font-weight:1 599}
@font-face{font-family:F;src:url("file://${FONTS}/dejavu/DejaVuSans-Bold.ttf");font-weight:600 1000}
@font-face{font-family:C;src:url("file://${FONTS}/droid/DroidSansFallbackFull.ttf");font-weight:1 1000;ascent-override:92.82%;descent-override:23.58%;line-gap-override:0%}
*,*::before,*::after{margin:0;font-family:F,C!important;font-synthesis:none;font-style:normal!important}
html{height:100%}body{width:100%;font-size:16px;line-height:normal;color:#000;overflow-x:hidden}
view{display:block}img{display:inline-block;width:320px;height:240px;overflow:hidden}</style><body></body>`;
(async () => {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'cases-')), blank = path.join(profile, 'blank.html');
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--disable-lcd-text', '--allow-file-access-from-files'] });
  const page = await context.newPage();
  await page.setViewportSize({ width: 375, height: 667 });
  fs.writeFileSync(blank, HEAD);
  await page.goto('file://' + blank);
  await page.evaluate(async () => { for (const f of ['16px F', 'bold 16px F']) await document.fonts.load(f); await document.fonts.load('16px C', '\u4e2d'); });
  const lines = fs.readFileSync(path.join(__dirname, 'cases.txt'), 'utf8').split('\n').filter(l => l.trim() && l[0] !== '#');
  const out = [];
  for (const line of lines) {
    const markup = line.replace(/\\n/g, '\n');
    const boxes = await page.evaluate(html => {
      document.body.innerHTML = html.replace(/<(\w[\w-]*)([^>]*)\/>/g, '<$1$2></$1>');
      const round = v => Math.round(v * 1000) / 1000;
      return [...document.body.querySelectorAll('*')].map(e => {
        const r = e.getBoundingClientRect(), range = document.createRange();
        range.selectNodeContents(e);
        const own = [...e.childNodes].some(c => c.nodeType === 3 && c.nodeValue.trim());
        const lines = own ? new Set([...range.getClientRects()].map(x => Math.round(x.bottom))).size : 0;
        return [round(r.x), round(r.y), round(r.width), round(r.height), lines];
      });
    }, markup);
    out.push(JSON.stringify({ markup, boxes }));
  }
  fs.writeFileSync(path.join(__dirname, 'browser-cases.json'), '[\n' + out.join(',\n') + '\n]\n');
  await context.close();
  fs.rmSync(profile, { recursive: true, force: true });
})();
