// Lists: `wx:for` over all kinds of values, with keys of all kinds, nested.

import { counted, lit, program, set } from '../random.mjs'

/** Items with keys that may be missing, null, doubled or of another type. */
const items = (r, most = 6) =>
  r.times(r.below(most + 1), () => {
    const item = { v: r.below(10) }
    const kind = r.below(12)
    if (kind > 1) item.k = r.pick('a', 'b', 'c', 'd', 'e', 1, 2, '1', true)
    else if (kind === 1) item.k = null
    return item
  })

/** The same with keys that differ. */
const distinct = (r, most = 7) => r.shuffled(['a', 'b', 'c', 'd', 'e', 'f', 'g']).slice(0, r.below(most + 1)).map((k) => ({ k, v: r.below(10) }))

const reordered = (r, list) => {
  const next = list.map((item) => ({ ...item }))
  switch (r.below(6)) {
    case 0:
      return r.shuffled(next)
    case 1:
      return next.reverse()
    case 2:
      next.splice(r.below(next.length + 1), r.below(3), ...r.times(r.below(3), (i) => ({ k: `n${i}`, v: i })))
      return next
    case 3:
      return [...next.slice(1), ...next.slice(0, 1)]
    case 4:
      return r.some(next, 0.6)
    default:
      return next.map((item) => (r.once(3) ? { ...item, v: r.below(10) } : item))
  }
}

/** A list, its key, and steps that change it as a whole or by paths. */
export const keys = (r, shown = false) => {
  let list = shown || r.once(4) ? items(r) : distinct(r)
  const first = list
  const key = r.pick('k', 'k', 'k', 'k', 'k', 'k', '*this', 'none', '')
  const attribute = key && ` wx:key="${key}"`
  const item = r.pick('<a v="{{item.v}}" />', '<a v="{{item.v}}" data-i="{{index}}" />{{item.k}};', '<view>{{index}}<a v="{{item.v}}"/></view>')
  const template = r.pick(
    `<block wx:for="{{l}}"${attribute}>${item}</block>`,
    `<view wx:for="{{l}}"${attribute}>${item}</view>`,
    `<view><view>{{n}}</view><block wx:for="{{l}}"${attribute}>${item}{{n}}</block></view>`,
  )
  const step = () => {
    switch (r.below(8)) {
      case 0:
        if (!list.length) return set({ l: (list = distinct(r)) })
        return set({ [`l[${r.below(list.length)}].v`]: r.below(10) })
      case 1:
        if (!list.length) return set({ n: r.below(9) })
        return set({ [`l[${r.below(list.length)}].k`]: r.pick('a', 'b', 'z', null) })
      case 2:
        list = [...list, { k: shown ? 'x' : `x${list.length}`, v: 1 }]
        return set({ [`l[${list.length - 1}]`]: list[list.length - 1] })
      case 3:
        return `this.data.l.splice(${r.below(3)},${r.below(3)}${r.once(2) ? ',{k:"s",v:5}' : ''});this.setData({l:this.data.l})`
      case 4:
        return set({ l: (list = shown ? items(r) : distinct(r)), n: r.below(9) })
      default:
        return set({ l: (list = reordered(r, list)) })
    }
  }
  const a = counted(',properties:{v:Number}', '.{{v}}')
  if (shown) a[0] = '{{v}}'
  if (shown) return program(template, [`data:{n:0,l:${lit(first)}}`], r.times(2 + r.below(3), step), { a })
  if (r.once(3)) a[1] = a[1].replace('v:Number', 'v:{type:Number,observer(v,o){log("v",o,v)}}')
  if (r.once(3)) a[1] = a[1].replace('lifetimes:{', 'lifetimes:{moved(){log("moved",this.data.i)},detached(){log("gone",this.data.i)},')
  return program(template, [`data:{n:0,l:${lit(first)}}`], r.times(2 + r.below(3), step), { a })
}

/** Lists with doubled keys, by what they show only. */
export const doubled = (r) => keys(r, true)

/** Values that are no lists of objects. */
export const values = (r) => {
  const value = () =>
    r.pick(
      () => r.times(r.below(5), () => r.below(6)),
      () => r.times(r.below(5), () => r.pick('a', 'b', 'c', '')),
      () => Object.fromEntries(r.shuffled(['x', 'y', 'z', '10', '2']).slice(0, r.below(5)).map((k) => [k, r.below(10)])),
      () => r.pick('hello', 'ab', ''),
      () => r.below(5),
      () => r.pick(null, undefined, true, false, -1, 1.5),
      () => r.times(r.below(4), () => r.pick(null, 1, 'a', [1])),
    )()
  const shown = () => {
    let v = value()
    while (v === undefined) v = value()
    return v
  }
  const key = r.pick('', ' wx:key="*this"', ' wx:key="k"')
  const names = r.once(3) ? ' wx:for-item="it" wx:for-index="at"' : ''
  const show = names ? '{{at}}={{it}},' : '{{index}}={{item}},'
  const list = r.pick('{{l}}', '{{l}}', '{{l}}', '{{[l, 1]}}', '{{o.l}}', 'abc')
  const template = r.pick(
    `<view wx:for="${list}"${key}${names}>${show}<a/></view>`,
    `<block wx:for="${list}"${key}${names}>${show}<a/></block>`,
  )
  const step = () => r.pick(() => set({ l: shown() }), () => set({ 'o.l': shown() }), () => set({ o: { l: shown() }, l: shown() }), () => `Array.isArray(this.data.l)&&${set({ 'l[1]': shown() })}`)()
  return program(template, [`data:{l:${lit(r.pick(shown(), []))},o:{l:${lit(shown())}}}`], r.times(2 + r.below(3), step), { a: counted() })
}

/** Loops in loops, with names that shadow each other. */
export const nested = (r) => {
  const row = () => ({ id: r.below(6), c: r.times(r.below(4), () => r.pick({ id: r.below(5), t: r.pick('p', 'q') }, { id: r.below(5) })) })
  const names = r.pick(['', 'item', 'index'], [' wx:for-item="row"', 'row', 'index'], [' wx:for-item="row" wx:for-index="at"', 'row', 'at'], [' wx:for-index="at"', 'item', 'at'])
  const inner = r.pick(['', 'item', 'index'], [' wx:for-item="cell"', 'cell', 'index'], [' wx:for-item="cell" wx:for-index="x"', 'cell', 'x'])
  const key = () => r.pick('', ' wx:key="id"', ' wx:key="id"', ' wx:key="*this"')
  const more = r.pick('', `<text wx:if="{{${inner[1]}.t}}">${'{{'}${inner[1]}.t}}</text>`, `{{${names[1]}.id}}`)
  const cell = `{{${names[2]}}}{{${inner[2]}}}{{${inner[1]}.id}}{{n}}${more}<a/>`
  const template = `<view wx:for="{{l}}"${key()}${names[0]}>{{${names[1]}.id}}:<block wx:for="{{${names[1]}.c}}"${key()}${inner[0]}>${cell}</block></view>`
  const list = r.times(1 + r.below(3), row)
  const step = () =>
    r.pick(
      () => set({ [`l[${r.below(3)}].c`]: row().c }),
      () => set({ [`l[${r.below(2)}].c[${r.below(3)}].t`]: r.pick('z', '') }),
      () => set({ [`l[${r.below(2)}].id`]: r.below(6) }),
      () => set({ n: r.pick('!', '?') }),
      () => `this.setData({l:this.data.l.slice().reverse()})`,
      () => set({ l: r.times(r.below(4), row) }),
    )()
  return program(template, [`data:{n:'-',l:${lit(list)}}`], r.times(2 + r.below(2), step), { a: counted() })
}
