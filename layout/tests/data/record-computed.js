// Records what Chromium computes for the declarations of computed.tsv: `node record-computed.js [chromium]` rewrites the
// third column. The element has a parent with font size 20 px and colour #123456, in a viewport of 375 x 667, and no box,
// so that values are the computed and not the used ones.
const fs = require('fs'), os = require('os'), path = require('path');
const { execFileSync } = require('child_process');

const file = path.join(__dirname, 'computed.tsv');
const lines = fs.readFileSync(file, 'utf8').split('\n');
const isCase = (line) => line && !line.startsWith('#');
const cases = lines.filter(isCase).map((line) => line.split('\t'));

const page = `<!doctype html><meta charset=utf-8>
<iframe style="width:375px;height:667px;border:0" srcdoc="<!doctype html><body></body>"></iframe><pre id=out></pre>
<script>
onload = () => {
  const doc = document.querySelector('iframe').contentDocument;
  const cases = ${JSON.stringify(cases.map((c) => c.slice(0, 2))).replace(/</g, '\\u003c')};
  const found = cases.map(([declarations, property]) => {
    const outer = doc.createElement('div'), parent = doc.createElement('div'), own = doc.createElement('div');
    outer.style.display = 'none';
    parent.style.cssText = 'font-size: 20px; color: #123456';
    own.setAttribute('style', declarations);
    outer.append(parent); parent.append(own); doc.body.append(outer);
    const value = doc.defaultView.getComputedStyle(own).getPropertyValue(property);
    outer.remove();
    return value;
  });
  document.getElementById('out').textContent = JSON.stringify(found);
};
</script>`;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'computed-'));
fs.writeFileSync(path.join(folder, 'page.html'), page);
const browser = process.argv[2] || process.env.CHROMIUM || 'chromium';
const options = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}/profile`, '--dump-dom'];
const dom = execFileSync(browser, [...options, `file://${folder}/page.html`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const text = /<pre id="out">([^]*?)<\/pre>/.exec(dom)[1];
const found = JSON.parse(text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&nbsp;/g, '\u00a0').replace(/&amp;/g, '&'));
fs.rmSync(folder, { recursive: true, force: true });

let next = 0;
const written = lines.map((line) => {
  if (!isCase(line)) return line;
  const columns = line.split('\t');
  columns[2] = found[next++];
  return columns.join('\t');
});
fs.writeFileSync(file, written.join('\n'));
