// Chromium as ground truth, as a service for tests and benches: one JSON request a line on standard input, one JSON
// answer a line on standard output, in order. An answer is {"ok": ...} or {"error": "..."}.
//
//   {"do":"open","html":H,"width":W,"height":H,"scale":1}   loads a document (what stands behind its doctype) and waits for its fonts and
//                                      pictures; with "plain":true no rule but one for the root names the fonts
//   {"do":"boxes","bodies":[H,...]}    puts each piece of markup into the body; boxes of all its elements, in document order
//   {"do":"all","selector":S}          boxes of the document as it stands, of the elements that S matches or of all
//   {"do":"computed","declarations":[[name,value,property],...]}   what getComputedStyle says of a declaration
//   {"do":"picture","file":F}          writes the viewport as a PNG in device px
//   {"do":"evaluate","script":S}       what S, a function body, returns
//   {"do":"trace","script":S,"runs":N} runs S (a function body of `run`) N times; of each by trace events: ms in style and in layout
//                                      (as they passed, and of the thread on a processor), elements styled, boxes in the tree
//
// A box is [x, y, width, height, lines, kind]: the border box in CSS px in page coordinates, the number of line boxes of its own
// text (0 without text), and 0 for a box, 1 for an inline box, 2 for none.
//
// Fonts and settings are those that Pellicle's exact font policy has: DejaVu Sans and its bold for everything,
// Droid Sans Fallback with DejaVu's line metrics for what they lack, no synthetic faces, no hinting.
'use strict';
const { chromium } = require('playwright-core');
const fs = require('fs'), os = require('os'), path = require('path'), readline = require('readline');

const FONTS = '/usr/share/fonts/truetype';
const FACES = `
@font-face{font-family:F;src:url("file://${FONTS}/dejavu/DejaVuSans.ttf");font-weight:1 599}
@font-face{font-family:F;src:url("file://${FONTS}/dejavu/DejaVuSans-Bold.ttf");font-weight:600 1000}
@font-face{font-family:C;src:url("file://${FONTS}/droid/DroidSansFallbackFull.ttf");font-weight:1 1000;ascent-override:92.82%;descent-override:23.58%;line-gap-override:0%}`;
const EVERYWHERE = '*,*::before,*::after{font-family:F,C!important;font-synthesis:none;font-style:normal!important}';
const INHERITED = 'html{font-family:F,C;font-synthesis:none}';

// Runs in the page.
function measure(selector = '*') {
  const round = v => Math.round(v * 1000) / 1000;
  return [...document.body.querySelectorAll(selector)].map(e => {
    const r = e.getBoundingClientRect(), display = getComputedStyle(e).display;
    const none = e.getClientRects().length === 0 && !(display === 'contents');
    const range = document.createRange();
    range.selectNodeContents(e);
    const own = [...e.childNodes].some(c => c.nodeType === 3 && c.nodeValue.trim());
    const lines = own ? new Set([...range.getClientRects()].map(x => Math.round(x.bottom))).size : 0;
    const kind = display === 'contents' || none ? 2 : display === 'inline' ? 1 : 0;
    return [round(r.x + scrollX), round(r.y + scrollY), round(r.width), round(r.height), lines, kind];
  });
}

async function main() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'pellicle-browser-'));
  // A browser of each scale: what is only emulated has borders of whole CSS px, on a device they are of whole device px.
  const launch = scale => chromium.launchPersistentContext(path.join(profile, `at-${scale}`), {
    viewport: null,
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--disable-lcd-text', '--allow-file-access-from-files',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic',
      '--hide-scrollbars', '--force-color-profile=srgb', `--force-device-scale-factor=${scale}`],
  });
  const pages = new Map();
  let page = null;
  const session = async () => page._session ??= await page.context().newCDPSession(page);

  const actions = {
    async open({ html, width = 375, height = 667, scale: factor = 1, plain = false }) {
      if (!pages.has(factor)) pages.set(factor, await (await launch(factor)).newPage());
      page = pages.get(factor);
      await (await session()).send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 0, mobile: false });
      const file = path.join(profile, 'page.html');
      fs.writeFileSync(file, `<!DOCTYPE html><meta charset=utf-8><style>${FACES}${plain ? INHERITED : EVERYWHERE}</style>${html}`);
      await page.goto('file://' + file);
      await page.evaluate(async () => {
        for (const f of ['16px F', 'bold 16px F']) await document.fonts.load(f);
        await document.fonts.load('16px C', '\u4e2d');
        await Promise.all([...document.images].map(i => i.decode().catch(() => {})));
      });
      return true;
    },
    boxes: ({ bodies }) => page.evaluate(([bodies, measure]) => {
      const boxes = eval(`(${measure})`);
      return bodies.map(html => { document.body.innerHTML = html; return boxes(); });
    }, [bodies, measure.toString()]),
    all: ({ selector = '*' }) => page.evaluate(measure, selector),
    evaluate: ({ script }) => page.evaluate(script => new Function(script)() ?? null, script),
    computed: ({ declarations }) => page.evaluate(declarations => declarations.map(([name, value, property]) => {
      const e = document.createElement('div');
      document.body.append(e);
      e.style.setProperty(name, value);
      const text = getComputedStyle(e).getPropertyValue(property || name);
      e.remove();
      return text;
    }), declarations),
    async picture({ file }) {
      // Not `page.screenshot`: that one knows nothing of the scale set here.
      const { data } = await (await session()).send('Page.captureScreenshot', { format: 'png' });
      fs.writeFileSync(file, Buffer.from(data, 'base64'));
      return true;
    },
    async trace({ script, runs }) {
      const client = await session(), events = [];
      const collect = e => events.push(...e.value);
      client.on('Tracing.dataCollected', collect);
      const done = new Promise(resolve => client.once('Tracing.tracingComplete', resolve));
      await client.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['devtools.timeline', 'blink.user_timing'] } });
      await page.evaluate(async ([script, runs]) => {
        const run = new Function('run', script);
        for (let i = 0; i < runs; i++) {
          performance.mark('pellicle-run');
          run(i);
          await new Promise(resolve => setTimeout(resolve, 0));
        }
        performance.mark('pellicle-run');
      }, [script, runs]);
      await client.send('Tracing.end');
      await done;
      client.off('Tracing.dataCollected', collect);
      const marks = events.filter(e => e.name === 'pellicle-run').map(e => e.ts).sort((a, b) => a - b);
      return marks.slice(0, -1).map((from, i) => {
        const of = name => events.filter(e => e.name === name && e.ph === 'X' && e.ts >= from && e.ts < marks[i + 1]);
        const ms = (list, figure) => list.reduce((total, e) => total + (e[figure] ?? e.dur), 0) / 1000;
        const most = (list, figure) => Math.max(0, ...list.map(e => figure(e.args) || 0));
        const styles = of('UpdateLayoutTree'), layouts = of('Layout');
        return {
          style: ms(styles, 'dur'), layout: ms(layouts, 'dur'), styleCpu: ms(styles, 'tdur'), layoutCpu: ms(layouts, 'tdur'),
          elements: most(styles, a => a.elementCount), objects: most(layouts, a => a.beginData?.totalObjects),
        };
      });
    },
  };

  const lines = readline.createInterface({ input: process.stdin });
  for await (const line of lines) {
    if (!line.trim()) continue;
    let answer;
    try {
      const request = JSON.parse(line);
      const action = actions[request.do];
      if (!action) throw new Error(`no request ${request.do}`);
      answer = { ok: await action(request) };
    } catch (error) {
      answer = { error: String(error && error.message || error) };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
  for (const opened of pages.values()) await opened.context().close();
  fs.rmSync(profile, { recursive: true, force: true });
}

main().catch(error => {
  process.stderr.write(`${error && error.stack || error}\n`);
  process.exit(1);
});
