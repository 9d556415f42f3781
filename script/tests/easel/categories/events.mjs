// Events: those that components make, over shadow and composed trees, and taps.

import { lit, program } from '../random.mjs'

const HANDLERS = ['bind:', 'bind', 'catch:', 'capture-bind:', 'capture-catch:', 'mut-bind:']

const handler = (r, event, method) => {
  const prefix = r.pick('bind:', 'bind:', 'bind', ...HANDLERS)
  return ` ${prefix}${event}="${method}"`
}

const told = (name) => `${name}(e){log(${lit(name)},e.type,e.detail,e.target.id,e.currentTarget.id,e.target.dataset,e.currentTarget.dataset,e.mark)}`

/** `triggerEvent` with all its options. */
export const events = (r, bare = false) => {
  const options = {}
  for (const name of r.some(['bubbles', 'composed', 'capturePhase'], 0.6)) options[name] = r.once(6) ? false : true
  const detail = bare ? undefined : r.pick({}, { v: 1 }, 'text', 5, [1], null)
  const fire = `this.triggerEvent('ev'${detail === undefined && !Object.keys(options).length ? '' : `,${lit(detail)}`}${Object.keys(options).length ? `,${lit(options)}` : ''})`
  const on = (method) => (r.once(3) ? '' : handler(r, 'ev', method))
  const mark = () => r.pick('', '', ' mark:m="1"', ' mark:k="{{n}}"')
  const inner = [
    `<view id="iv"${on('iv')}><slot/></view>`,
    `Component({properties:{n:null},methods:{fire(){${fire}},${told('iv')}}})`,
  ]
  const middle = [
    r.pick(`<view id="mv"${on('mv')}><inner id="i" data-own="1"${on('mi')}/></view>`, `<inner id="i"${on('mi')}><view id="mv"${on('mv')}><slot/></view></inner>`, `<view id="mv"${on('mv')}><slot/><inner id="i"${on('mi')}/></view>`),
    `Component({methods:{fire(){this.selectComponent('#i').fire()},self(){${fire}},${told('mv')},${told('mi')}}})`,
  ]
  const template = `<view id="pv" data-outer="{{n}}"${mark()}${on('pv')}><middle id="m" data-at="m"${mark()}${on('pm')}><view id="ps"${on('ps')}><inner id="x" data-a-b="{{o}}" data-cD="2"${mark()}${on('px')}/></view></middle></view>`
  const step = () => r.pick("this.selectComponent('#m').fire()", "this.selectComponent('#m').self()", "this.selectComponent('#x').fire()")
  const own = [told('pv'), told('pm'), told('ps'), told('px')]
  return program(template, ['data:{n:7,o:{q:1}}', ...own], r.times(2, step), { inner, middle })
}

/** The same without a detail. */
export const bare = (r) => events(r, true)

/** Taps on elements, which bubble over the composed tree. */
export const taps = (r) => {
  const way = () => r.pick('bind', 'bind:', 'bind', 'catch', 'catch:', 'mut-bind:')
  const on = (method) => (r.once(3) ? '' : ` ${way()}tap="${method}"`)
  const box = [`<view id="bv"${on('bv')} data-x="{{n}}"><slot/></view><view id="bw"${on('bw')}/>`, `Component({properties:{n:null},methods:{${told('bv')},${told('bw')}}})`]
  const template = `<view id="a"${on('a')} data-a="1" mark:one="1"><box id="b"${on('b')} n="{{n}}" mark:two="{{n}}"><view id="c"${on('c')} data-deep-name="{{o}}" mark:one="2"><text id="d"${on('d')} data-i="{{n}}">t</text></view></box></view><view id="e" bindtap="{{h}}"/><view id="f" data-l="{{l}}" bindtap="s0"/>`
  const step = () => `this.setData({n:${r.below(9)},h:${lit(r.pick('a', 'c', ''))}})`
  const made = program(template, ["data:{n:1,o:{q:1},l:[1],h:'a'}", ...['a', 'b', 'c', 'd'].map(told)], ['log("s0")', step()], { box })
  made.steps = r.times(4, () => r.pick('tap d', 'tap d', 'tap c', 'tap bw', 'tap bv', 'tap e', 'tap f', 's1', 'tap a'))
  return made
}
