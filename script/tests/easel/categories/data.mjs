// Data: paths of `setData`, properties and their types, observers, pure data.

import { lit, program, set } from '../random.mjs'

const some = (r) => r.pick(0, 1, 7, -1, 1.5, '', 'x', '12', 'abc', true, false, null, [], [1], {}, { a: 1 })

/** Paths of `setData`, also such that make or replace what is on their way. */
export const paths = (r) => {
  const start = { a: some(r), b: { c: 1, d: { e: 2 } }, l: [1, { x: 2 }, [3]], s: 'text' }
  const path = () =>
    r.pick('a', 'b', 'b.c', 'b.d.e', 'b.d', 'l', 'l[0]', 'l[1].x', 'l[2][0]', 'l[5]', 'b.new.deep', 'b.list[2]', 'a.b', 'a[1]', 's.x', 'x.y[0].z', 'l[1]', 'n', 'b.c.d')
  const patch = () => Object.fromEntries(r.times(1 + r.below(2), () => [path(), r.once(5) ? undefined : some(r)]))
  const step = () => `${set(patch())};log(this.data)`
  const shown = r.pick('{{a}},{{b.c}},{{b.d.e}},{{l[0]}},{{l[1].x}},{{s}}', '<view wx:for="{{l}}">{{item}}{{item.x}}</view>{{b.new.deep}}', '<view title="{{b}}" lang="{{a}}">{{x.y[0].z}}{{n}}</view>', '<c o="{{b}}" l="{{l}}"/>{{b.list}}')
  const c = ['{{o.c}}/{{o.d.e}}/{{l[0]}}', 'Component({properties:{o:Object,l:Array},observers:{o(o){log("o",o)},l(l){log("l",l)}}})']
  return program(shown, [`data:${lit(start)}`], r.times(3, step), { c })
}

/** Property types, and values that fit and do not fit. */
export const properties = (r, fallback = false) => {
  const types = ['String', 'Number', 'Boolean', 'Array', 'Object', 'null']
  const property = (name) => {
    const type = r.pick(...types)
    const observer = `observer(v,o){log(${lit(name)},v,o)}`
    const fitting = { String: 'txt', Number: 3, Boolean: true, Array: [5], Object: { x: 1 }, null: 'any' }[type]
    if (fallback) return `${name}:{type:${type},value:${lit(fitting)},${observer}}`
    const optional = `optionalTypes:[${r.pick('String', 'Number', 'Boolean', 'Array', 'Object')}],`
    return r.pick(`${name}:${type}`, `${name}:{type:${type},${observer}}`, `${name}:{type:${type},${type === 'null' ? '' : optional}${observer}}`, `${name}:{type:${type},observer:'changed'}`)
  }
  const given = (name) => r.pick(`${name}="{{${name}}}"`, `${name}="{{${name}}}"`, `${name}="12"`, `${name}`, `${name}=""`, `${name}="{{${name}}}x"`, fallback ? `${name}="{{u.v}}"` : '')
  const c = [
    '{{p}}|{{q}}|{{fooBar}}',
    `Component({properties:{${property('p')},${property('q')},${property('fooBar')}},lifetimes:{created(){log('created',this.data)},attached(){log('attached',this.data)}},methods:{changed(v,o){log('changed',v,o)},own(d){this.setData(d);log('own',this.data)}}})`,
  ]
  const template = `<c id="c" ${given('p')} ${given('q')} ${given('fooBar').replace(/^fooBar/, 'foo-bar')}/>`
  const step = () =>
    r.pick(
      () => set({ p: some(r), q: some(r) }),
      () => set({ p: some(r) }),
      () => set({ fooBar: some(r) }),
      () => set({ q: some(r) }),
      () => `this.selectComponent('#c').own(${lit({ [r.pick('p', 'q', 'fooBar')]: some(r) })})`,
    )()
  const start = { p: some(r), q: some(r), fooBar: some(r) }
  return program(template, [`data:${lit(start)}`], r.times(3, step), { c })
}

/** Values that do not fit, for properties with a value of their own. */
export const fallbacks = (r) => properties(r, true)

/** Each type of property with values of all kinds, those that nothing is found for among them. */
export const typed = (r) => {
  const type = r.pick('String', 'Number', 'Boolean', 'Array', 'Object', 'null')
  const fitting = { String: ['txt', ''], Number: [3, 0], Boolean: [true, false], Array: [[5], []], Object: [{ x: 1 }, null], null: ['any', 0] }[type]
  const value = r.once(2) ? `value:${lit(r.pick(...fitting))},` : ''
  const optional = type !== 'null' && r.once(3) ? `optionalTypes:[${r.some(['String', 'Number', 'Boolean', 'Array', 'Object'], 0.4).join(',')}],` : ''
  const any = () => r.pick('12', 'abc', '', 'false', ' ', 0, 5, -1.5, true, false, null, undefined, [], [1, 'a'], {}, { a: 1 })
  const c = [
    '{{p}}',
    `Component({properties:{p:{type:${type},${value}${optional}observer(v,o){log('p',v,o)}}},observers:{p(v){log('seen',v)}},lifetimes:{attached(){log('attached',this.data)}},methods:{own(p){this.setData({p});log('own',this.data)}}})`,
  ]
  const template = r.pick('<c id="c" p="{{v}}"/>', '<c id="c" p="{{v}}"/>', '<c id="c" p="{{o.v}}"/>')
  const start = any()
  let last = template.includes('o.v') ? undefined : start
  // Each time another one: whether the same is given again is another matter.
  const give = () => {
    const before = lit(last)
    while (lit(last) === before) last = any()
    return template.includes('o.v') ? set({ o: { v: last } }) : set({ v: last })
  }
  const step = () => r.pick(give, give, give, () => `this.selectComponent('#c').own(${lit(any())})`)()
  return program(template, [`data:{v:${lit(start)},o:{}}`], r.times(5, step), { c })
}

const patterns = ['a', 'b', 'o', 'o.x', 'o.x.y', 'o.**', 'o.x.**', '**', 'l', 'l[0]', 'l[1].v', 'l.**', 'l[0].**', 'a, b', 'a,o.x', 'l[0], o.**', 'p', 'p, a', 'p.x', 'n']

/** Data observers: patterns, lists of fields, what they set themselves. */
export const observers = (r, equal = false, plain = false) => {
  // Values of the owner that were not there before, unless they are to be.
  let fresh = 10
  const next = () => (equal ? 1 : (fresh += 1))
  const own = r.shuffled(patterns).slice(0, 2 + r.below(3))
  const sets = ['', '', '', 'if(!(this.data.n>2))this.setData({n:(this.data.n||0)+1});', 'if(this.data.a<3)this.setData({a:this.data.a+1});', 'if(this.data.b!==5)this.setData({b:5});', "if(!this.data.o.z)this.setData({'o.z':1});"]
  let budget = 2
  const observer = (pattern) => {
    let body = r.pick(...sets)
    // What an observer sets must not run it again without end.
    if (body && (budget === 0 || pattern.includes('**') || /n:/.test(body) && /^n$/.test(pattern))) body = ''
    if (body) budget -= 1
    return `${lit(pattern)}(...v){log(${lit(pattern)},...v);${body}}`
  }
  const props = r.once(2) ? 'properties:{p:{type:Object,observer(v,o){log("property",v,o)}},a:{type:Number,observer(v,o){log("a!",v,o)}}},' : 'properties:{p:null},'
  const data = props.includes('a:{') ? "data:{b:2,o:{x:{y:1}},l:[{v:1},{v:2}]}" : "data:{a:1,b:2,o:{x:{y:1}},l:[{v:1},{v:2}]}"
  const c = ['{{a}},{{b}},{{o.x.y}},{{l[0].v}},{{n}},{{o.z}}', `Component({${props}${data},observers:{${own.map(observer).join(',')}},methods:{own(d){this.setData(d);log('set')}}})`]
  const change = () => r.pick({ a: r.below(5) }, { a: 1 }, { b: r.below(3) }, { 'o.x.y': r.below(3) }, { 'o.x': { y: 1 } }, { 'o.w': 1 }, { o: { x: {} } }, { 'l[0].v': 5 }, { 'l[0]': { v: 1 } }, { l: [] }, { 'l[1].v': 1 }, { 'l[2]': { v: 3 } }, { a: 2, 'o.x.y': 9 }, { b: 1, a: 2 }, { n: 1 })
  const step = () => r.pick(() => `this.selectComponent('#c').own(${lit(change())})`, () => `this.selectComponent('#c').own(${lit(change())})`, () => set({ p: { x: next() } }), () => set({ 'p.x': next() }), () => set(equal && !plain ? { p: { x: 1 } } : { q: next() }))()
  const template = props.includes('a:{') ? '<c id="c" p="{{p}}" a="{{q}}"/>' : '<c id="c" p="{{p}}"/>'
  return program(template, ['data:{p:{x:1},q:1}'], r.times(4, step), { c })
}

/** Objects that are given again with the same content. */
export const equal = (r) => observers(r, true)

/** Numbers that are given again as they were, too. */
export const equalNumbers = (r) => observers(r, true, true)

/** Fields that never reach a template. */
export const pure = (r) => {
  const pattern = r.pick('/^_/', '/_$/', '/^_|^p$/')
  const c = [
    '{{a}},{{_a}},{{p}},{{_o.x}},{{b_}},{{n}}',
    `Component({options:{pureDataPattern:${pattern}},properties:{p:{type:String,observer(v,o){log('p',v,o)}},_q:String},data:{a:1,_a:2,_o:{x:1},b_:3,n:0},observers:{_a(v){log('_a',v);this.setData({n:this.data.n+1})},'_o.**'(v){log('_o',v)},a(v){log('a',v)}},lifetimes:{attached(){log(this.data)}},methods:{own(d){this.setData(d);log(this.data)}}})`,
  ]
  const change = () => r.pick({ _a: r.below(5) }, { a: r.below(5) }, { '_o.x': r.below(5) }, { _a: 1, a: 2 }, { b_: r.below(4) }, { _q: 'own' }, { p: 'own' }, { _new: 1 })
  const step = () => r.pick(() => `this.selectComponent('#c').own(${lit(change())})`, () => set({ s: r.pick('u', 'w') }))()
  return program('<c id="c" p="{{s}}" _q="{{s}}"/>', ["data:{s:'s'}"], r.times(3, step), { c })
}
