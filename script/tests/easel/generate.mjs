// Makes the cases of script/tests/data/easel-cases.jsonl: small programs, and what glass-easel, WeChat's
// own open implementation of the component framework (MIT), makes of them.
//
// By hand, when a category or the reference changes:
//
//   cd script/tests/easel && npm ci
//   node generate.mjs > ../data/easel-cases.jsonl
//
// `node generate.mjs CATEGORY [FROM] [COUNT]` prints some cases of one category only. The same source makes the
// same file. Cases whose script throws are left out.
//
// A line is { name, files, steps, states }: see reference.mjs. states[0] is the page when it is ready, then one
// state a step: the composed tree, then the lines that were logged since the last state.

import * as components from './categories/components.mjs'
import * as data from './categories/data.mjs'
import * as events from './categories/events.mjs'
import * as lists from './categories/lists.mjs'
import * as structure from './categories/structure.mjs'
import * as together from './categories/together.mjs'
import { run } from './reference.mjs'
import { Random, seedOf } from './random.mjs'

/** Categories: name, generator, number of cases. */
const CATEGORIES = [
  ['for-keys', lists.keys, 330],
  ['for-doubled', lists.doubled, 100],
  ['for-doubled-kept', lists.keys, 40],
  ['for-values', lists.values, 150],
  ['for-nested', lists.nested, 150],
  ['conditions', structure.conditions, 120],
  ['quotes', structure.quotes, 40],
  ['templates', structure.templates, 150],
  ['template-names', structure.names, 80],
  ['slots', structure.slots, 200],
  ['slots-dynamic', structure.dynamic, 150],
  ['slots-scoped', structure.scoped, 200],
  ['slots-block-text', structure.blocks, 15],
  ['slots-blocks', structure.slotted, 120],
  ['slots-forwarded', structure.forwarded, 80],
  ['generics', structure.generics, 50],
  ['nested', structure.nested, 100],
  ['paths', data.paths, 130],
  ['properties', data.properties, 150],
  ['properties-fallback', data.fallbacks, 60],
  ['properties-typed', data.typed, 150],
  ['observers', data.observers, 170],
  ['observers-equal', data.equal, 40],
  ['observers-equal-numbers', data.equalNumbers, 15],
  ['pure-data', data.pure, 50],
  ['behaviors', components.behaviors, 150],
  ['behaviors-twice', components.twice, 15],
  ['relations', components.relations, 100],
  ['classes', components.classes, 100],
  ['virtual-host', components.virtual, 100],
  ['lifetimes', components.lifetimes, 150],
  ['created', components.created, 50],
  ['select', components.select, 100],
  ['events', events.events, 150],
  ['events-no-detail', events.bare, 5],
  ['taps', events.taps, 80],
  ['mixed', together.mixed, 100],
  ['models', together.models, 40],
  ['relations-behavior', together.byBehavior, 60],
  ['updates', together.updates, 80],
]

const [only, from = '0', wanted] = process.argv.slice(2)
for (const [category, make, count] of CATEGORIES) {
  if (only && category !== only) continue
  const end = Number(from) + Number(wanted ?? count)
  for (let at = Number(from); at < end; at += 1) {
    const name = `${category}/${at}`
    const made = make(new Random(seedOf(name)))
    const { states, faults, doubled } = run(made)
    // Which round is kept of several with one key is apart from the rest: `for-doubled-kept`. What they show is not.
    if (doubled ? ['for-keys', 'for-nested', 'for-values'].includes(category) : category === 'for-doubled-kept') continue
    if (faults.length) {
      process.stderr.write(`${name}: ${faults[0].split('\n')[0]}\n`)
      continue
    }
    process.stdout.write(`${JSON.stringify({ name, ...made, states })}\n`)
  }
}
