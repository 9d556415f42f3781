// What a template can be made of: conditions, templates of templates, slots, generics.

import { counted, lit, program, set } from '../random.mjs'

/** Chains of conditions, in each other and with loops. */
export const conditions = (r) => {
  const test = () => r.pick('a', 'b', 'c', 'a == 1', '!b', 'a && c', 'n > 2', 'n')
  const leaf = () => r.pick('<x/>', '<view><x/></view>', '{{n}}', '<text>{{a}}</text>', '<x n="{{n}}"/>', '')
  const tag = () => r.pick('block', 'block', 'view')
  const chain = (depth) => {
    const inner = () => (depth && r.once(2) ? chain(depth - 1) : leaf())
    const branch = (directive) => {
      if (r.once(5)) return `<x ${directive}/>`
      const loop = r.once(5) ? ' wx:for="{{l}}"' : ''
      const name = tag()
      return `<${name} ${directive}${directive.startsWith('wx:if') ? loop : ''}>${inner()}</${name}>`
    }
    let out = branch(`wx:if="{{${test()}}}"`)
    const loops = out.includes('wx:for')
    if (!loops) {
      for (let i = r.below(3); i > 0; i -= 1) out += branch(`wx:elif="{{${test()}}}"`)
      if (r.once(2)) out += branch('wx:else')
    }
    return r.once(3) ? `${out}<text>{{b}}</text>` : out
  }
  const value = () => r.pick(0, 1, '', 'x', true, false, null)
  const step = () => {
    const patch = {}
    for (const name of r.some(['a', 'b', 'c'], 0.6)) patch[name] = value()
    if (r.once(2)) patch.n = r.below(5)
    if (r.once(3)) patch.l = r.times(r.below(3), (i) => i)
    return set(patch)
  }
  const x = counted(',properties:{n:Number}', '{{n}}')
  if (r.once(3)) x[1] = x[1].replace('lifetimes:{', 'lifetimes:{detached(){log("gone",this.data.i)},')
  const data = { a: value(), b: value(), c: value(), n: r.below(5), l: [1, 2] }
  return program(r.times(1 + r.below(2), () => chain(2)).join(''), [`data:${lit(data)}`], r.times(3 + r.below(2), step), { x })
}

/** `template`, `import` and `include`. */
export const templates = (r) => {
  const body = (n) =>
    r.pick(
      `<view>${n}{{a}}{{b.c}}</view>`,
      `${n}<x n="{{a}}"/>`,
      `<view wx:if="{{a}}">${n}{{a}}</view><text wx:else>{{b.d}}</text>`,
      `<block wx:for="{{l}}">${n}{{item}}{{a}}</block>`,
      `<view bindtap="s0" id="t${n}">{{b.c}}</view>`,
    )
  const names = ['p', 'q', 'w']
  const defined = names.map((name) => `<template name="${name}">${body(name)}</template>`)
  if (r.once(3)) defined[2] = `<template name="w">w<template is="p" data="{{a:b.c}}"/></template>`
  const data = () => r.pick('{{a,b,l}}', '{{...o}}', '{{...o,a:1}}', '{{a:b.c,b:o}}', "{{a:'s',l:[1,a]}}", '{{b}}', '{{...b,l}}', '{{a:a+1,b,...o}}')
  const is = () => r.pick('p', 'q', 'w', '{{t}}', '{{t}}', "{{a?'p':'q'}}", '{{u}}')
  const use = () => {
    const directive = r.pick('', '', '', ' wx:if="{{a}}"', ' wx:for="{{l}}"')
    return r.once(6) ? `<template is="${is()}"${directive}/>` : `<template is="${is()}" data="${data()}"${directive}/>`
  }
  const uses = r.times(1 + r.below(2), use).join('')
  const start = { t: r.pick('p', 'q', 'none'), a: r.below(3), b: { c: 'bc', d: 'bd' }, o: { a: 'oa', l: [7, 8], b: { c: 'obc' } }, l: [1, 2] }
  const step = () =>
    r.pick(
      () => set({ t: r.pick('p', 'q', 'w', 'none', '') }),
      () => set({ a: r.below(3) }),
      () => set({ 'b.c': r.pick('x', 'y') }),
      () => set({ 'o.a': r.below(5), 'o.l[0]': r.below(5) }),
      () => set({ l: r.times(r.below(4), () => r.below(9)) }),
      () => set({ o: { a: 1, b: { c: 2 } } }),
      () => set({ u: r.pick('p', 'q') }),
    )()
  const steps = r.times(3, step)
  const x = counted(',properties:{n:null}', '{{n}}')
  const way = r.below(4)
  if (way === 0) return program(uses + defined.join(''), [`data:${lit(start)}`], steps, { x })
  if (way === 1) {
    // What the page names itself comes before what it imports.
    const made = program(`<import src="../m/m.wxml"/>${defined[0]}${uses}`, [`data:${lit(start)}`], steps, { x })
    made.files['m/m.wxml'] = defined.join('').replaceAll('>q', '>Q')
    return made
  }
  if (way === 2) {
    const made = program(`<import src="../m/m"/><view><include src="../m/i.wxml"/></view>${uses}`, [`data:${lit(start)}`], steps, { x })
    made.files['m/m.wxml'] = defined.join('')
    made.files['m/i.wxml'] = `<view>{{a}}{{b.c}}</view><block wx:for="{{l}}">{{index}}{{item}}</block><x n="{{a}}"/>`
    return made
  }
  const made = program(`<import src="/m/m.wxml"/><import src="/m/n.wxml"/>${uses}`, [`data:${lit(start)}`], steps, { x })
  made.files['m/m.wxml'] = defined.slice(0, 2).join('')
  made.files['m/n.wxml'] = `<import src="m.wxml"/>${defined[2]}<template name="q">other{{a}}</template>`
  return made
}

/** Templates and modules of one name in several places: imports before and after, in circles, definitions twice. */
export const names = (r) => {
  const file = (mark, imports) => {
    const link = imports.map((path) => `<import src="${path}"/>`)
    const defined = r.some(['p', 'q', 'w'], 0.6).map((name) => `<template name="${name}">${mark}${name}{{a}}</template>`)
    if (r.once(3)) defined.push(`<template name="${r.pick('p', 'q')}">${mark}again</template>`)
    if (r.once(3)) defined.push(`<template name="u">${mark}u<template is="${r.pick('p', 'q', 'w')}" data="{{a}}"/></template>`)
    return r.shuffled([...link, ...defined]).join('')
  }
  const uses = r.times(2 + r.below(3), () => `<view><template is="${r.pick('p', 'q', 'w', 'u', '{{t}}')}" data="{{a}}"/></view>`)
  const modules = r.pick('', '', `<wxs module="f">module.exports={v:1}</wxs><wxs module="f">module.exports={v:2}</wxs><view>{{f.v}}</view>`)
  const own = file('own', r.shuffled(['/m/m', '../m/n.wxml']).slice(0, 1 + r.below(2)))
  const around = r.once(4) ? ['<include src="/m/n"/>'] : []
  const steps = [set({ t: 'q' }), set({ a: 2, t: 'w' }), set({ t: 'u' })]
  const made = program([modules, ...r.shuffled([own, ...uses, ...around])].join(''), ["data:{a:1,t:'p'}"], steps)
  made.files['m/m.wxml'] = file('m', r.some(['n', '/m/m', '/p/p'], 0.4))
  made.files['m/n.wxml'] = file('n', r.some(['m.wxml', '/p/p'], 0.4))
  return made
}

/** The quotes around a value in its expressions. */
export const quotes = (r) => {
  const q = r.pick('"', "'")
  const text = () => `${q}${r.pick('x', 'y z', '', '}}', '{{', q === '"' ? "'" : '"')}${q}`
  const expression = () => r.pick(() => `a?${text()}:${text()}`, () => `${text()}+a`, () => `o[${q}k${q}]`, () => `[${text()},a][0]`, () => `a==${text()}`, () => `{k:${text()}}.k`)()
  const braces = () => `{{${r.pick('', ' ')}${expression()}${r.pick('', ' ')}}}`
  const value = () => r.pick(braces, braces, () => `${braces()}-${braces()}`, () => `-${braces()}`)()
  const leaf = () => r.pick(`<view title=${q}${value()}${q} lang="{{a}}"/>`, `<c p=${q}${value()}${q} n="1"/>`, `<view wx:if=${q}{{a==${text()}}}${q}>y</view><view wx:else title=${q}${value()}${q}>n</view>`, `<c p={{a}} n={{${q}k${q}}}/>`)
  const c = ['{{p}}|{{n}}', 'Component({properties:{p:null,n:null}})']
  return program(r.times(3, leaf).join(''), ["data:{a:1,o:{k:'v'}}"], [set({ a: '' }), set({ a: 'x', 'o.k': 2 })], { c })
}

/** Slots: one, several, dynamic, in conditions and loops, handed on. */
export const slots = (r, of, text = '') => {
  const kind = of ?? r.pick('single', 'single', 'multiple', 'multiple', 'forwarded')
  const options = { single: '', multiple: 'options:{multipleSlots:true},', dynamic: 'options:{dynamicSlots:true},', forwarded: '' }[kind]
  const named = kind === 'multiple' || kind === 'dynamic'
  const name = () => r.pick('', 'f', 'g', '{{s}}')
  const slot = () => {
    const at = named ? name() : ''
    const plain = at ? `<slot name="${at}"/>` : '<slot/>'
    const way = r.below(5)
    if (way === 0) return `<view wx:if="{{on}}">${plain}</view>`
    if (way === 1) return `<view>{{n}}${plain}</view>`
    if (way === 2) return plain.replace('<slot', '<slot wx:if="{{on}}"')
    if (way === 3 && kind === 'dynamic') return `<view wx:for="{{l}}">${plain.replace('/>', ' v="{{item}}"/>')}</view>`
    if (way === 3) return `<view wx:if="{{on}}">1${plain}</view><view wx:else>2${plain}</view>`
    return plain
  }
  const boxTemplate = r.times(1 + r.below(named ? 3 : 1), slot).join(r.pick('', '-'))
  const actions = 'methods:{on(){this.setData({on:!this.data.on})},nn(){this.setData({n:this.data.n+1})},ss(v){this.setData({s:v})},ll(v){this.setData({l:v})}}'
  const box = [boxTemplate, `Component({${options}data:{on:${r.once(2)},n:0,s:'f',l:[1,2]},${actions}})`]
  const content = () => {
    const at = named ? r.pick('', ' slot="f"', ' slot="g"', ' slot="{{p}}"') : ''
    const value = kind === 'dynamic' && r.once(2) ? ' slot:v' : ''
    return r.pick(
      `<x${at}/>`,
      `<view${at}${value}>${value ? '{{v}}' : ''}{{t}}<x/></view>`,
      `<text${at} wx:if="{{c}}">{{t}}</text>`,
      `<block wx:for="{{k}}"><x${at} n="{{item}}"/></block>`,
      `<block wx:if="{{c}}"><x${at}/></block>`,
      `<block${at}>${text}<x/></block>`,
      '{{t}}',
      `<view${at} wx:for="{{k}}" wx:key="*this">{{item}}</view>`,
    )
  }
  const inside = r.times(1 + r.below(3), content).join('')
  const step = () =>
    r.pick(
      () => 'this.selectComponent("#b").on()',
      () => 'this.selectComponent("#b").on()',
      () => 'this.selectComponent("#b").nn()',
      () => (named ? `this.selectComponent("#b").ss(${lit(r.pick('f', 'g', '', 'h'))})` : 'this.selectComponent("#b").on()'),
      () => (kind === 'dynamic' ? `this.selectComponent("#b").ll(${lit(r.times(r.below(4), (i) => i + 5))})` : set({ t: r.pick('u', 'w') })),
      () => set({ c: r.once(2) }),
      () => set({ t: r.pick('u', 'w', '') }),
      () => set({ p: r.pick('f', 'g', '', 'h') }),
      () => set({ k: r.shuffled([1, 2, 3]).slice(0, r.below(4)) }),
    )()
  const x = counted(',properties:{n:null}', '{{n}}')
  if (r.once(3)) x[1] = x[1].replace('lifetimes:{', 'lifetimes:{detached(){log("gone",this.data.i)},')
  const data = `data:{t:'t',c:${r.once(2)},p:'f',k:[1,2]}`
  const steps = r.times(3 + r.below(2), step)
  if (kind !== 'forwarded') return program(`<box id="b">${inside}</box>`, [data], steps, { box, x })
  const outer = [
    r.pick('<box id="b"><slot/></box>', '<box id="b">o<slot/>o</box>', '<box id="b"><view wx:if="{{w}}"><slot/></view></box>'),
    "Component({data:{w:true},methods:{on(){this.selectComponent('#b').on()},nn(){this.setData({w:!this.data.w})}}})",
  ]
  return program(`<outer id="b">${inside}</outer>`, [data], steps, { outer, box, x })
}

/** Text of a block that fills a slot. */
export const blocks = (r) => slots(r, 'multiple', '{{t}}')

/** Blocks with a slot: what they hold goes there together, in conditions, loops, templates and each other. */
export const slotted = (r) => {
  const kind = r.pick('multiple', 'multiple', 'dynamic')
  const at = () => r.pick(' slot="f"', ' slot="g"', ' slot="{{w}}"', ' slot=""')
  const own = () => r.pick('', '', ' slot="g"')
  // Texts beside elements are made once where slots are dynamic: glass-easel never shows them anew.
  const text = kind === 'dynamic' ? 'text' : '{{t}}'
  const leaf = () =>
    r.pick(text, `<x${own()}/>`, `<view${own()}>{{t}}</view>`, `<block wx:if="{{c}}">${text}<x${own()}/></block>`, '<block wx:for="{{k}}" wx:key="*this"><x n="{{item}}"/></block>', `<template is="m" data="{{t}}"/>`, `<block${at()}>-<x/></block>`)
  const inside = () => r.times(1 + r.below(3), leaf).join('')
  const content = () =>
    r.pick(
      () => `<block${at()}>${inside()}</block>`,
      () => `<block${at()}>${inside()}</block>`,
      () => `<block${at()} wx:if="{{c}}">${inside()}</block><block wx:else${at()}>else</block>`,
      () => `<block${at()} wx:for="{{k}}" wx:key="*this"><x n="{{item}}"/>,</block>`,
      () => `<view${own()}>{{t}}</view>`,
    )()
  const box = [
    r.pick('<slot name="f"/>|<slot/>|<slot name="g"/>', '<view wx:if="{{on}}"><slot name="g"/></view><slot name="{{s}}"/>', '<slot name="{{s}}"/>,<slot/>'),
    `Component({options:{${kind}Slots:true},data:{on:true,s:'f'},methods:{on(){this.setData({on:!this.data.on})},ss(v){this.setData({s:v})}}})`,
  ]
  const step = () =>
    r.pick(
      () => 'this.selectComponent("#b").on()',
      () => `this.selectComponent("#b").ss(${lit(r.pick('f', 'g', '', 'h'))})`,
      () => set({ c: r.once(2) }),
      () => set({ t: r.pick('u', 'w', '') }),
      () => set({ w: r.pick('f', 'g', '', 'h') }),
      () => set({ w: r.pick('f', 'g', ''), c: r.once(2), t: r.pick('u', 'w') }),
      () => set({ k: r.shuffled([1, 2, 3]).slice(0, r.below(4)) }),
    )()
  const x = counted(',properties:{n:null}', '{{n}}')
  const template = kind === 'dynamic' ? '<template name="m">m<x/></template>' : '<template name="m">m{{t}}<x/></template>'
  const data = { t: 't', c: r.once(2), w: r.pick('f', 'g'), k: [1, 2] }
  return program(`${template}<box id="b">${r.times(1 + r.below(2), content).join('')}</box>`, [`data:${lit(data)}`], r.times(4, step), { box, x })
}

/** Slots that the content is made for again and again (`dynamicSlots`). */
export const dynamic = (r) => slots(r, 'dynamic')

/** Values that slots hand to their content, under their own and other names, in loops and in each other. */
export const scoped = (r) => {
  const box = (inner) => {
    const slot = () => {
      const at = r.pick('', '', ' name="f"', ' name="{{s}}"')
      return r.pick(
        `<view wx:for="{{l}}" wx:key="k"><slot${at} item="{{item}}" list-index="{{index}}"/></view>`,
        `<block wx:for="{{l}}" wx:key="k">${r.pick('', '<x/>')}<slot${at} item="{{item}}" list-index="{{index}}" n="{{n}}"/></block>`,
        `<slot${at} wx:if="{{on}}" item="{{l[0]}}" n="{{n}}"/>`,
        `<view wx:if="{{on}}">1<slot${at} n="{{n}}" item="{{l[1]}}"/></view><view wx:else>2<slot${at} n="{{n+1}}"/></view>`,
        `<slot${at} item="{{l[n]}}" list-index="{{n}}"/>`,
      )
    }
    const actions = 'methods:{go(d){this.setData(d)}}'
    const data = { on: r.once(2), n: 0, s: 'f', l: [{ k: 'a', v: 1 }, { k: 'b', v: 2 }] }
    return [r.times(1 + r.below(2), slot).join(inner), `Component({options:{dynamicSlots:true},data:${lit(data)},properties:{p:null},observers:{p(p){if(p!=null)this.setData({n:p})}},${actions}})`]
  }
  const value = (names) => r.pick('t', 'q.v', 'c', ...names, ...names)
  const leaf = (names) => {
    const v = value(names)
    return r.pick(`{{${v}}}`, `<x n="{{${v}}}"/>`, `<text data-v="{{${v}}}">{{${v}}}</text>`, `<view wx:if="{{c}}">{{${v}}}<x/></view>`, `<view wx:for="{{k}}" wx:key="*this">{{item}}{{${v}}}</view>`, `<view class="{{${v}}}"/>`)
  }
  let taps = 0
  const content = (depth) => {
    const at = r.pick('', '', '', ' slot="f"', ' slot="{{w}}"')
    const [refs, names] = r.pick(
      [' slot:item', ['item.v', 'item.k']],
      [' slot:item="one" slot:listIndex', ['one.v', 'listIndex']],
      [' slot:list-index="i" slot:n', ['i', 'n']],
      [' slot:n="t"', ['t']],
      ['', []],
    )
    const inner = () => r.times(1 + r.below(2), () => leaf(names)).join('')
    return r.pick(
      () => `<view${at}${refs}>${inner()}</view>`,
      () => `<x${at}${refs} n="{{${value(names)}}}"/>`,
      () => `<block${refs}>${r.once(2) ? '-' : ''}<view${at}>${inner()}</view></block>`,
      () => `<view${at}${refs} id="t${(taps += 1)}" bindtap="tap" data-v="{{${value(names)}}}">${inner()}</view>`,
      () => (depth ? `<two${at}${refs} class="two" p="{{${value(names)}}}">${content(depth - 1)}<view>${leaf(names)}</view></two>` : '<x/>'),
      () => `<block wx:for="{{k}}" wx:key="*this"><x${at} n="{{item}}"/></block>`,
      // Texts that change are in elements: glass-easel makes those beside them once and never shows them anew.
      () => `<view>${leaf([])}</view>`,
    )()
  }
  const inside = r.times(1 + r.below(3), () => content(1)).join('')
  const list = () => r.shuffled(['a', 'b', 'd']).slice(0, r.below(4)).map((k) => ({ k, v: r.below(4) }))
  const own = () => r.pick({ l: list() }, { l: list() }, { on: true }, { on: false }, { n: r.below(3) }, { s: r.pick('f', 'g', '') }, { 'l[0].v': r.below(9) }, { l: list(), n: r.below(3), on: r.once(2) })
  const step = () =>
    r.pick(
      () => `this.selectComponent("#b").go(${lit(own())})`,
      () => `this.selectComponent("#b").go(${lit(own())})`,
      () => `this.selectAllComponents(".two").map((two)=>two.go(${lit(own())}))`,
      () => set({ t: r.pick('u', 'w', '') }),
      () => set({ q: { v: r.below(5) }, c: r.once(2) }),
      () => set({ w: r.pick('f', 'g', '') }),
      () => set({ k: r.shuffled([1, 2, 3]).slice(0, r.below(4)) }),
      () => set({ p: r.below(3), t: r.pick('u', 'w') }),
    )()
  const x = counted(',properties:{n:null}', '{{n}}')
  if (r.once(3)) x[1] = x[1].replace('lifetimes:{', 'lifetimes:{detached(){log("gone",this.data.i)},')
  const data = { t: 't', q: { v: 0 }, c: r.once(2), w: 'f', k: [1, 2], p: 0 }
  const made = program(`<box id="b" p="{{p}}">${inside}</box>`, [`data:${lit(data)}`, 'tap(e){log(e.currentTarget.id,e.currentTarget.dataset.v)}'], r.times(3 + r.below(3), step), { box: box(r.pick('', '-')), two: box(''), x })
  if (taps) made.steps.splice(1 + r.below(made.steps.length), 0, 'tap t1')
  return made
}

/** Forwarded named slots: `slot` on `slot`. */
export const forwarded = (r) => {
  const options = 'options:{multipleSlots:true}'
  const box = [
    r.pick('<slot name="a"/>|<slot/>|<slot name="b"/>', '<view wx:if="{{on}}"><slot name="b"/></view><slot/><slot name="a"/>', '<slot name="{{s}}"/>,<slot name="b"/>'),
    `Component({${options},data:{on:true,s:'a'},methods:{on(){this.setData({on:!this.data.on})},ss(v){this.setData({s:v})}}})`,
  ]
  const on = (slot) => r.pick(`<slot name="${slot}" slot="${r.pick('a', 'b', '')}"/>`, `<view slot="${r.pick('a', 'b')}"><slot name="${slot}"/></view>`, `<slot name="${slot}" slot="{{w}}"/>`)
  const outer = [
    `<box id="b">${on('p')}${on('q')}${r.pick('', '<slot/>')}</box>`,
    `Component({${options},data:{w:'a'},methods:{on(){this.selectComponent('#b').on()},ss(v){this.selectComponent('#b').ss(v)},ww(v){this.setData({w:v})}}})`,
  ]
  const content = () => r.pick('<view slot="p">p{{t}}</view>', '<view slot="q">q<x/></view>', '<x slot="{{v}}"/>', '{{t}}', '<x slot="q" wx:if="{{c}}"/>')
  const step = () =>
    r.pick('this.selectComponent("#o").on()', `this.selectComponent("#o").ss(${lit(r.pick('a', 'b', 'z'))})`, `this.selectComponent("#o").ww(${lit(r.pick('a', 'b', ''))})`, set({ t: r.pick('u', 'w') }), set({ v: r.pick('p', 'q', '') }), set({ c: r.once(2) }))
  return program(`<outer id="o">${r.times(2 + r.below(2), content).join('')}</outer>`, ["data:{t:'t',v:'p',c:true}"], r.times(3, step), { outer, box, x: counted() })
}

/** Generics: tags that the user of a component chooses. */
export const generics = (r) => {
  const list = [
    r.pick('<it v="{{n}}"/>', '<view wx:for="{{l}}"><it v="{{item}}"/></view>', '<it v="{{n}}"><text>in</text></it>', '<it wx:if="{{n}}" v="{{n}}"/><it/>'),
    'Component({data:{l:[1,2]},properties:{n:Number}})',
    { componentGenerics: { it: r.once(2) ? true : { default: '/c/d' } } },
  ]
  const a = counted(',properties:{v:Number}', 'a{{v}}<slot/>')
  const b = counted(',properties:{v:String}', 'b{{v}}')
  const d = counted(',properties:{v:Number}', 'd{{v}}')
  const outer = ['<list n="{{n}}" generic:it="in"/>', 'Component({properties:{n:Number}})', { componentGenerics: { in: r.once(2) ? true : { default: '/c/b' } } }]
  const use = () => r.pick('<list n="{{n}}" generic:it="a"/>', '<list n="{{n}}" generic:it="b"/>', '<list generic:it="a" n="3"/>', '<outer n="{{n}}" generic:in="b"/>', '<outer n="{{n}}" generic:in="a"/>', list[2].componentGenerics.it === true ? '' : '<list n="{{n}}"/>')
  const step = () => set({ n: r.below(3) })
  const made = program(r.times(1 + r.below(2), use).join(''), [`data:{n:${r.below(3)}}`], r.times(2, step), { list, outer, a, b, d })
  return made
}

/** All of it in each other: loops, conditions, templates, slots and components. */
export const nested = (r) => {
  let budget = 9
  const value = (names) => r.pick('a', 'b', 'n', ...names)
  // `inside` says what the template is of: what may stand there.
  const nodes = (depth, names, inside) => r.times(1 + r.below(2), () => node(depth, names, inside)).join('')
  const node = (depth, names, inside) => {
    budget -= 1
    if (depth === 0 || budget < 0) return r.pick(`{{${value(names)}}}`, `<x n="{{${value(names)}}}"/>`, `<text>{{${value(names)}}}</text>`, inside === 'box' ? '<slot/>' : '-')
    const below = (more = []) => nodes(depth - 1, [...names, ...more], inside)
    return r.pick(
      () => `<view title="{{${value(names)}}}">${below()}</view>`,
      () => `<block wx:if="{{${value(names)}}}">${below()}</block>${r.once(2) ? `<block wx:else>${below()}</block>` : ''}`,
      () => `<view wx:if="{{${value(names)}}}">${below()}</view>${r.once(2) ? `<view wx:elif="{{b}}">${below()}</view>` : ''}`,
      () => `<block wx:for="{{l}}" wx:key="k" wx:for-item="i${depth}" wx:for-index="j${depth}">${below([`i${depth}.v`, `i${depth}.k`, `j${depth}`])}</block>`,
      () => `<view wx:for="{{l}}" wx:for-item="i${depth}">${below([`i${depth}.v`])}</view>`,
      () => (inside === 'page' ? `<box n="{{${value(names)}}}">${below()}</box>` : `<two n="{{${value(names)}}}"><view slot="f">${below()}</view>${below()}</two>`),
      () => (inside === 'page' ? `<two n="{{${value(names)}}}"><x slot="f"/>${below()}</two>` : `<block wx:if="{{on}}"><slot/></block>${below()}`),
      () => (inside === 'page' ? `<template is="{{t}}" data="{{a:${value(names)},l,b}}"/>` : below()),
    )()
  }
  const data = () => ({ a: r.below(2), b: r.pick('', 'B'), n: r.below(3) })
  const list = () => r.shuffled(['p', 'q', 's']).slice(0, r.below(4)).map((k) => ({ k, v: r.below(4) }))
  const markup = nodes(3, [], 'page')
  budget = 6
  const box = [nodes(2, [], 'box'), `Component({properties:{n:null},data:{a:1,b:'',on:true,l:[{k:'z',v:1}]},methods:{go(d){this.setData(d)}}})`]
  const two = [r.pick('<slot/>|<slot name="f"/>', '<view wx:if="{{n}}"><slot name="f"/></view><slot/>', '<view><slot name="f"/>{{n}}</view><view wx:if="{{on}}"><slot/></view>'), "Component({options:{multipleSlots:true},properties:{n:null},data:{on:true},methods:{go(d){this.setData(d)}}})"]
  const templates = '<template name="t"><x n="{{a}}"/><view wx:for="{{l}}">{{item.v}}{{b}}</view></template><template name="u"><block wx:if="{{a}}">{{a}}</block><two n="{{b}}">{{a}}<x slot="f"/></two></template>'
  const change = () => r.pick(() => data(), () => ({ l: list() }), () => ({ t: r.pick('t', 'u', 'none') }), () => ({ a: r.below(2), l: list() }), () => ({ 'l[0].v': r.below(9) }), () => ({ 'l[0].k': r.pick('y', 'w') }))()
  const own = () => r.pick({ on: false }, { on: true }, { a: r.below(2) }, { l: list() })
  const step = () => r.pick(() => set(change()), () => set(change()), () => `this.selectAllComponents('.c').map((c)=>c.go(${lit(own())}))`)()
  const marked = markup.replaceAll('<box ', '<box class="c" ').replaceAll('<two ', '<two class="c" ')
  return program(marked + templates, [`data:${lit({ ...data(), t: 't', l: [{ k: 'p', v: 1 }, { k: 'q', v: 2 }] })}`], r.times(4, step), { box, two, x: counted(',properties:{n:null}', '{{n}}') })
}
