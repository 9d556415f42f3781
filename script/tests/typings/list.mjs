// Writes the names of the members of `wx` that the pinned typings have, one a line, in order:
//
//   npm ci && node list.mjs > ../data/wx-members.txt
//
// Each interface of the typings is laid out alike: members stand eight columns in, what belongs to one deeper.
import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('node_modules/miniprogram-api-typings/types/wx/', import.meta.url);
const names = new Set();
for (const file of readdirSync(folder).filter((name) => name.endsWith('.d.ts'))) {
  let inside = false;
  let comment = false;
  for (const line of readFileSync(new URL(file, folder), 'utf8').split('\n')) {
    const starts = !comment && line.trimStart().startsWith('/*');
    if (starts || comment) {
      comment = !line.includes('*/');
      continue;
    }
    if (/^ {4}interface Wx(?: extends [\w, ]+)? \{/.test(line)) inside = true;
    else if (/^ {4}\}/.test(line)) inside = false;
    else if (inside) {
      const member = /^ {8}(?:readonly )?(\w+)[?]?\s*[<(:]/.exec(line);
      if (member) names.add(member[1]);
    }
  }
}
process.stdout.write([...names].sort((a, b) => (a < b ? -1 : 1)).map((name) => `${name}\n`).join(''));
