// Makes browser-cases.json from cases.txt: one piece of markup a line, laid out by Chromium with the fonts of
// the layout oracle. Usage: (cd ../../../benches/browser && npm ci) && node generate.js
'use strict';
const fs = require('fs'), path = require('path');
const { spawnSync } = require('child_process');

const HEAD = `<style>*{margin:0}html{height:100%}body{width:100%;font-size:16px;line-height:normal;color:#000;overflow-x:hidden}
view{display:block}img{display:inline-block;width:320px;height:240px;overflow:hidden}</style><body></body>`;
const lines = fs.readFileSync(path.join(__dirname, 'cases.txt'), 'utf8').split('\n').filter(l => l.trim() && l[0] !== '#');
const cases = lines.map(line => line.replace(/\\n/g, '\n'));
const bodies = cases.map(markup => markup.replace(/<(\w[\w-]*)([^>]*)\/>/g, '<$1$2></$1>'));
const requests = [{ do: 'open', html: HEAD }, { do: 'boxes', bodies }].map(request => JSON.stringify(request) + '\n').join('');
const browser = path.join(__dirname, '../../../benches/browser/serve.js');
const run = spawnSync('node', [browser], { input: requests, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'inherit'] });
const answers = run.stdout.trim().split('\n').map(line => JSON.parse(line));
const failed = answers.find(answer => answer.error);
if (failed) throw new Error(failed.error);
// A box's kind is not compared.
const out = cases.map((markup, i) => JSON.stringify({ markup, boxes: answers[1].ok[i].map(box => box.slice(0, 5)) }));
fs.writeFileSync(path.join(__dirname, 'browser-cases.json'), '[\n' + out.join(',\n') + '\n]\n');
