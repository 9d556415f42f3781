// What components are among each other: behaviors, relations, classes, virtual hosts, lives, selectors.

import { counted, lit, program, set } from '../random.mjs'

/** Behaviors: what of them wins, and in what order their lifetimes and observers run. */
export const behaviors = (r, twice = false) => {
  const fields = ['a', 'b', 'c', 'd']
  const values = () => r.pick(1, 'x', { x: 1 }, { y: 2 }, { x: { z: 3 } })
  const given = new Set()
  let fresh = 0
  const part = (name, others) => {
    const lines = []
    if (others.length) lines.push(`behaviors:[${others.join(',')}]`)
    const data = Object.fromEntries(r.some(fields, 0.6).map((field) => [field, values()]))
    if (!r.once(4)) lines.push(`data:${lit(data)}`)
    const property = (field) => {
      given.add(field)
      const observer = `observer(){log(${lit(`${name}.${field}`)})}`
      return `${field}:${r.pick('String', 'Number', `{type:String,value:${lit(name)},${observer}}`, `{type:null,value:${lit(name)}}`)}`
    }
    const properties = r.some(['p', 'q', 'a'], 0.4).map(property)
    if (properties.length) lines.push(`properties:{${properties.join(',')}}`)
    const methods = r.some(['m', 'w'], 0.5).map((method) => `${method}(){log(${lit(`${name}.${method}`)})}`)
    if (methods.length) lines.push(`methods:{${methods.join(',')}}`)
    const lives = r.some(['created', 'attached', 'detached'], 0.5).map((life) => `${life}(){log(${lit(`${name}.${life}`)})}`)
    if (lives.length) lines.push(`lifetimes:{${lives.join(',')}}`)
    if (r.once(5)) lines.push(`attached(){log(${lit(`${name}.old attached`)})}`)
    const watched = r.some(['a', 'p', 'b.**'], 0.4).map((field) => `${lit(field)}(v){log(${lit(`${name}:${field}`)},v)}`)
    if (watched.length) lines.push(`observers:{${watched.join(',')}}`)
    if (r.once(6)) lines.push(`pageLifetimes:{show(){log(${lit(`${name}.show`)})}}`)
    return lines.join(',')
  }
  // Behaviors that nobody uses yet: each is used once, unless it is to be used twice.
  let free = []
  let made = ''
  for (const name of ['x', 'y', 'z'].slice(0, (twice ? 2 : 1) + r.below(twice ? 2 : 3))) {
    const used = r.some(free, twice ? 0.9 : 0.5)
    made += `const ${name}=Behavior({${part(name, used)}});`
    if (!twice) free = free.filter((other) => !used.includes(other))
    free.push(name)
  }
  const c = ['{{a}},{{b.x}},{{c}},{{d}},{{p}},{{q}}', `${made}Component({${part('c', r.shuffled(free))}})`]
  const find = "const c=this.selectComponent('.c');"
  const step = () =>
    r.pick(
      () => `${find}if(c){c.m&&c.m();c.w&&c.w();log(c.data)}`,
      () => set({ p: `p${(fresh += 1)}` }),
      () => set({ on: r.once(2) }),
      () => `${find}c&&c.setData(${lit({ [r.pick('a', 'b', 'b.x', 'p')]: r.below(4) })})`,
    )()
  const attributes = `${given.has('p') ? ' p="{{p}}"' : ''}${given.has('q') ? ' q="5"' : ''}`
  const template = `<c class="c" wx:if="{{on}}"${attributes}/>`
  return program(template, ["data:{on:true,p:'p'}"], [`${find}log(c.data)`, ...r.times(2, step)], { c })
}

/** Behaviors that come in more than once. */
export const twice = (r) => behaviors(r, true)

/** Relations, direct and over levels. */
export const relations = (r) => {
  const far = r.once(2)
  const [up, down] = far ? ['ancestor', 'descendant'] : ['parent', 'child']
  const calls = (name) => r.some(['linked', 'linkChanged', 'unlinked'], 0.8).map((call) => `${call}(t){log(${lit(`${name} ${call}`)},t.data.n)}`)
    const data = 'properties:{n:null}'
  const nodes = (key) => `methods:{all(){return this.getRelationNodes(${key}).map((c)=>c.data.n)}}`
  const path = (name) => `'../c/${name}'`
  const outer = ['<slot/>', `Component({${data},relations:{${path('inner')}:{type:'${down}',${calls('outer').join(',')}}},${nodes(path('inner'))},lifetimes:{attached(){log('outer',this.data.n)}}})`]
  const inner = [r.pick('{{n}}', '{{n}}<slot/>'), `Component({${data},relations:{${path('outer')}:{type:'${up}',${calls('inner').join(',')}}},${nodes(path('outer'))},lifetimes:{attached(){log('inner',this.data.n)},detached(){log('inner gone',this.data.n)}}})`]
  const wrap = ['<slot/>', 'Component({})']
  const item = r.pick('<inner n="{{item}}"/>', '<view><inner n="{{item}}"/></view>', '<wrap><inner n="{{item}}"/></wrap>')
  const template = r.pick(
    `<outer id="o" n="o"><block wx:for="{{l}}" wx:key="*this">${item}</block></outer>`,
    `<outer id="o" n="o"><outer n="p" wx:if="{{on}}"><inner n="9"/></outer><block wx:for="{{l}}" wx:key="*this">${item}</block></outer>`,
    `<outer id="o" n="o" wx:if="{{on}}"><block wx:for="{{l}}" wx:key="*this">${item}</block></outer><inner n="0"/>`,
    `<outer id="o" n="o"><inner n="{{t}}"><inner n="8"/></inner></outer>`,
  )
  const step = () =>
    r.pick(
      () => set({ l: r.shuffled([1, 2, 3, 4]).slice(0, r.below(5)) }),
      () => set({ l: r.shuffled([1, 2, 3, 4]) }),
      () => set({ on: r.once(2) }),
      () => set({ t: r.below(9) }),
      () => "const o=this.selectComponent('#o');log(o&&o.all())",
    )()
  return program(template, ['data:{l:[1,2,3],on:true,t:5}'], ["const o=this.selectComponent('#o');log(o&&o.all())", ...r.times(2 + r.below(2), step)], { outer, inner, wrap })
}

/** Classes: external ones, handed on, with `class` itself, on virtual hosts. */
export const classes = (r) => {
  const names = r.pick(['my-class'], ['my-class', 'other-class'], ['class'], ['my-class', 'class'])
  const list = (own) => r.times(1 + r.below(2), () => r.pick(own, ...names, 'plain', `{{k}}`)).join(' ')
  const virtual = r.once(3) ? 'options:{virtualHost:true},' : ''
  const inner = [
    `<view class="${list('in')}">{{k}}</view>`,
    `Component({${virtual}externalClasses:${lit(names)},properties:{k:String}})`,
  ]
  const outer = [
    `<inner ${names[0]}="${list('out')}" k="{{k}}"/><view class="${list('v')}"/>`,
    `Component({externalClasses:${lit(names)},properties:{k:String}})`,
  ]
  const value = () => r.pick('{{x}}', 'a {{x}}', 'a', 'a b', "{{on?'on':''}}", '{{x}}{{y}}')
  const attributes = () => names.map((name) => `${name}="${value()}"`).join(' ')
  const template = `<outer ${attributes()} k="k"/><inner ${attributes()} k="{{x}}" ${names.includes('class') ? '' : `class="${value()}"`}/><view class="${value()}"/>`
  const step = () => set(r.pick({ x: r.pick('x', 'y', '', 'x y') }, { on: r.once(2) }, { y: r.pick('z', null) }))
  return program(template, ["data:{x:'x',y:'y',on:true}"], r.times(3, step), { outer, inner })
}

/** Hosts without a node: what is in them stands in their place. */
export const virtual = (r) => {
  const c = [
    r.pick('<view>{{n}}<slot/></view>', '{{n}}<slot/>', '<slot wx:if="{{n}}"/><x/>', '<view wx:for="{{l}}"><slot wx:if="{{index==n}}"/>{{item}}</view>', '<d n="{{n}}"><slot/></d>'),
    `Component({options:{virtualHost:true},data:{l:[5,6]},properties:{n:Number,style:String,class:String},lifetimes:{attached(){log('attached')},detached(){log('detached')}},methods:{tap(){log('c')}}})`,
  ]
  if (r.once(2)) c[1] = c[1].replace(',style:String,class:String', '')
  const d = ['d<slot/>', 'Component({options:{virtualHost:true},properties:{n:null}})']
  const use = () => r.pick('<c n="{{n}}" id="c" class="k" style="color:red">{{t}}</c>', '<c n="{{n}}"><x/></c>', '<c wx:if="{{n}}" n="1"><text>{{t}}</text></c>', '<c wx:for="{{l}}" wx:key="*this" n="{{item}}">{{item}}</c>', '<d><c n="{{n}}">{{t}}</c></d>')
  const step = () => set(r.pick({ n: r.below(3) }, { t: r.pick('u', 'w') }, { l: r.shuffled([1, 2, 3]).slice(0, r.below(4)) }))
  return program(`<view>${use()}|${use()}</view>`, ["data:{n:1,t:'t',l:[1,2]}"], r.times(3, step), { c, d, x: counted() })
}

/** Lifetimes of components in each other, and of their page; `ready` is not the reference's. */
export const lifetimes = (r, early = []) => {
  const lives = (name) =>
    [...early, 'attached', 'moved', 'detached']
      .map((life) => `${life}(){log(${lit(`${name} ${life}`)},this.data.n)${life === 'attached' && r.once(4) ? ";this.setData({s:1})" : ''}}`)
      .join(',')
  const page = (name) => (r.once(2) ? `,pageLifetimes:{show(){log(${lit(`${name} show`)})}}` : '')
  const component = (name) => `Component({properties:{n:null}${early.length && r.once(3) ? ',observers:{n(n){log("n",n)}}' : ''},lifetimes:{${lives(name)}}${page(name)}})`
  const a = [r.pick('<b n="{{n}}"/><slot/>', '<view><slot/><b n="in"/></view>', '<b n="{{n}}"><slot/></b>', '<view wx:if="{{n}}"><b n="{{n}}"/></view><slot/>', '<b n="{{s}}" wx:if="{{s}}"/><slot/>'), component('a')]
  const b = ['{{n}}<slot/>', component('b')]
  const template = r.pick('<a n="{{n}}"><b n="slot"/></a>', '<a wx:if="{{on}}" n="1"><b n="slot"/></a><b n="{{n}}"/>', '<block wx:for="{{l}}" wx:key="*this"><a n="{{item}}"/></block>', '<view wx:if="{{on}}"><a n="{{n}}"/></view><view wx:else><b n="{{n}}"/></view>', '<b n="1"><a n="2"><b wx:for="{{l}}" wx:key="*this" n="{{item}}"/></a></b>')
  const step = () => set(r.pick({ n: r.below(3) }, { on: r.once(2) }, { on: false }, { l: r.shuffled([1, 2, 3]).slice(0, r.below(4)) }))
  return program(template, ["data:{n:1,on:true,l:[1,2]},onLoad(){log('onLoad')},onShow(){log('onShow')},onReady(){log('onReady')}"], r.times(3, step), { a, b })
}

/** The same with `created` and the first observers. */
export const created = (r) => lifetimes(r, ['created'])

/** `selectComponent` and its kin. */
export const select = (r) => {
  const box = ['<view class="v"><x class="in" id="i"/></view><slot/>', `Component({properties:{n:null},methods:{find(s){const c=this.selectComponent(s);return c&&c.data.n}}})`]
  const x = ['{{n}}', `Component({properties:{n:null},methods:{who(){const o=this.selectOwnerComponent();return o&&o.data&&o.data.n}}})`]
  const template = '<view class="top {{k}}" id="t"><x class="a" n="1"/><view class="m"><x id="{{k}}" class="a b" n="2"/></view></view><box id="box" class="b {{k}}" n="box"><x class="c a" n="3" wx:if="{{on}}"/></box><x wx:for="{{l}}" class="l l{{item}}" n="{{item}}" data-i="{{index}}"/>'
  const part = () => r.pick('.a', '.b', '.c', '.l', '.l5', '#box', '#k', '.k', '#t', '.top', '.m', '.in', '#i', '.a.b', '#k.b', '.none', '.v')
  const selector = () => r.pick(part(), part(), part(), `${part()} ${part()}`, `${part()}>${part()}`, `${part()} > ${part()}`, `${part()}, ${part()}`, `${part()} >>> ${part()}`, `.b>>>.in`, `#box >>> .v .in`, `${part()} ${part()} ${part()}`)
  const query = () => {
    const s = lit(selector())
    return r.pick(`const c=this.selectComponent(${s});log(${s},c&&c.data&&c.data.n)`, `log(${s},this.selectAllComponents(${s}).map((c)=>c.data&&c.data.n))`, `const b=this.selectComponent('#box');log(${s},b.find?b.find(${s}):b)`)
  }
  const step = () => `${r.pick('', `${set(r.pick({ k: r.pick('k', 'b', '') }, { on: r.once(2) }, { l: [5, 6, 7].slice(r.below(3)) }))};`)}{${query()}}{${query()}}`
  return program(template, ["data:{k:'k',on:true,l:[5,6]}"], r.times(3, step), { box, x })
}
