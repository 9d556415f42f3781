// Writes what the pinned typings say of the services that only a host can offer, as a table in Rust:
//
//   npm ci && node schema.mjs NAME... > ../../src/api/documented.rs
//
// With `--json` it writes what they say of any APIs as plain data.
//
// Each interface of the typings is laid out alike: its members stand eight columns in, what belongs to one deeper.
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('node_modules/miniprogram-api-typings/types/wx/lib.wx.api.d.ts', import.meta.url), 'utf8');
const plain = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/[ \t]+$/gm, '');

const interfaces = new Map();
for (const [, name, body] of plain.matchAll(/^ {4}interface (\w+)(?: extends [^{]*)? \{\n([\s\S]*?)^ {4}\}/gm)) {
  const members = [];
  // A member goes on until the next one begins.
  for (const member of body.split(/\n(?= {8}[\w'"])/)) {
    const found = /^\s*(?:readonly )?['"]?(\w+)['"]?(\??):\s*([\s\S]+)$/.exec(member);
    if (found) members.push({ name: found[1], optional: found[2] === '?', type: found[3].trim().replace(/[;,]$/, '').replace(/\s+/g, ' ') });
  }
  interfaces.set(name, members);
}

const kinds = { string: 'String', number: 'Number', boolean: 'Boolean', ArrayBuffer: 'ArrayBuffer', object: 'Object', Object: 'Object', IAnyObject: 'Object' };
function kind(type) {
  if (kinds[type]) return kinds[type];
  if (/^(?:Readonly)?Array<[^>]*>$/.test(type) || /^\([^()]*\)\[\]$/.test(type) || /^[^|]*\[\]$/.test(type)) return 'Array';
  const parts = type.split('|').map((part) => part.trim()).filter(Boolean);
  if (parts.every((part) => /^'.*'$/.test(part))) return 'String';
  if (parts.every((part) => /^-?\d+$/.test(part))) return 'Number';
  if (parts.length > 1) {
    const all = new Set(parts.map(kind));
    return all.size === 1 ? [...all][0] : 'Any';
  }
  if (/^\(.*\) =>/.test(type) || /Callback$/.test(type)) return 'Function';
  if (interfaces.has(type) || /^\{/.test(type) || /^Record</.test(type)) return 'Object';
  return 'Any';
}
const texts = (type) => type.split('|').map((part) => part.trim()).filter(Boolean);
const are_texts = (type) => texts(type).every((part) => /^'.*'$/.test(part));

const handlers = new Set(['success', 'fail', 'complete']);
// Marked as required, though the documentation says of them that another argument stands in for them (`quality` here).
const standIns = { compressVideo: new Set(['bitrate', 'fps', 'resolution']) };
const [rows, plainly] = [[], {}];
for (const name of [...process.argv.slice(2)].filter((name) => name !== '--json').sort((a, b) => (a < b ? -1 : 1))) {
  const capital = name[0].toUpperCase() + name.slice(1);
  const options = (interfaces.get(`${capital}Option`) ?? []).filter((member) => !handlers.has(member.name))
    .map((member) => (standIns[name]?.has(member.name) ? { ...member, optional: true } : member));
  const result = (interfaces.get(`${capital}SuccessCallbackResult`) ?? []).filter((member) => member.name !== 'errMsg');
  if (options.length + result.length === 0) continue;
  const shape = ({ name, optional, type }) => ({ name, optional, kind: kind(type) });
  plainly[name] = { arguments: options.map(shape), result: result.map(shape) };
  const argument = ({ name, optional, type }) => {
    const known = are_texts(type) ? `.known(&[${texts(type).map((part) => `"${part.slice(1, -1)}"`).join(', ')}])` : '';
    return `${optional ? 'optional' : 'required'}("${name}", T::${kind(type)})${known}`;
  };
  const field = ({ name, type }) => `field("${name}", T::${kind(type)}, "")`;
  rows.push(`    ("${name}", &[${options.map(argument).join(', ')}], &[${result.map(field).join(', ')}]),\n`);
}
if (process.argv.includes('--json')) process.stdout.write(JSON.stringify(plainly));
else process.stdout.write(`//! What is documented of services that only a host can offer: arguments and fields of results.
//!
//! It is read from the typings of the platform (\`tests/typings/schema.mjs\`); a test holds it against them.

use super::row::{Argument, ArgumentType as T, Field};
use super::table::{field, optional, required};

/// By name: arguments, then fields of the result.
#[rustfmt::skip]
pub(super) const DOCUMENTED: &[(&str, &[Argument], &[Field])] = &[
${rows.join('')}];
`);
