// Seeded randomness and small pieces of source text.

/** A generator of random choices; the same seed makes the same cases. */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0
  }

  /** A number from 0 to 1 (mulberry32). */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** A whole number below `n`. */
  below(n) {
    return Math.floor(this.next() * n)
  }

  /** True once in `n` times. */
  once(n) {
    return this.below(n) === 0
  }

  /** One of the given. */
  pick(...of) {
    return of[this.below(of.length)]
  }

  /** So many results of `make`. */
  times(n, make) {
    return Array.from({ length: n }, (_, i) => make(i))
  }

  /** The list in another order. */
  shuffled(list) {
    const out = [...list]
    for (let i = out.length - 1; i > 0; i -= 1) {
      const j = this.below(i + 1)
      ;[out[i], out[j]] = [out[j], out[i]]
    }
    return out
  }

  /** Some of the list, in order. */
  some(list, share = 0.5) {
    return list.filter(() => this.next() < share)
  }
}

/** A seed from a text (FNV-1a). */
export const seedOf = (text) => {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
  return hash >>> 0
}

/** A value as short source text. */
export const lit = (value) => {
  if (value === undefined) return 'undefined'
  if (Array.isArray(value)) return `[${value.map(lit).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const field = ([name, inner]) => `${/^[a-zA-Z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}:${lit(inner)}`
  return `{${Object.entries(value).map(field).join(',')}}`
}

/**
 * The files of a page: its template, what stands in its definition, the bodies of its steps, and the
 * components by name as `[template, script, config]`.
 */
export const program = (template, definition, steps, components = {}) => {
  const names = Object.keys(components)
  const using = Object.fromEntries(names.map((name) => [name, `/c/${name}`]))
  const bodies = steps.map((body, at) => `s${at}(){${body}}`)
  const files = {
    'p/p.wxml': template,
    'p/p.js': `Page({${[...definition, ...bodies].join(',')}})`,
  }
  if (names.length) files['p/p.json'] = JSON.stringify({ usingComponents: using })
  for (const [name, [markup, script, config]] of Object.entries(components)) {
    files[`c/${name}.wxml`] = markup
    files[`c/${name}.js`] = script
    const known = markup.match(/<([a-z]+)/g)?.map((tag) => tag.slice(1)) ?? []
    const inner = Object.fromEntries(names.filter((other) => known.includes(other)).map((other) => [other, `/c/${other}`]))
    const json = { ...config }
    if (Object.keys(inner).length) json.usingComponents = { ...inner, ...json.usingComponents }
    if (Object.keys(json).length) files[`c/${name}.json`] = JSON.stringify(json)
  }
  return { files, steps: steps.map((_, at) => `s${at}`) }
}

/** A component that shows which of its instances it is, so that a tree tells who was kept. */
export const counted = (more = '', template = '') => [
  `{{i}}${template}`,
  `let n=0;Component({data:{i:0},lifetimes:{attached(){this.setData({i:++n})}}${more}})`,
]

/** The body of a step that sets data. */
export const set = (patch) => `this.setData(${lit(patch)})`
