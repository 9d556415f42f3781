// Components that act on each other: events up, properties down, two-way bindings, relations by behaviors.

import { counted, lit, program, set } from '../random.mjs'

/** Events up and properties down, from lifetimes, observers and steps. */
export const mixed = (r) => {
  const fire = (v) => `this.triggerEvent('ev',{v:${v}}${r.pick('', ',{bubbles:true}', ',{bubbles:true,composed:true}')})`
  const leaf = [
    '{{v}}/{{own}}',
    `Component({properties:{v:${r.pick('Number', 'null', "{type:Number,observer(v,o){log('leaf v',v,o)}}")}},data:{own:0},observers:{v(v){log('leaf',v);${r.pick('', 'this.setData({own:this.data.own+1});')}}},lifetimes:{attached(){log('leaf attached');${r.pick('', fire('1'), 'this.setData({own:7});')}},detached(){log('leaf detached')}},methods:{poke(){${fire('this.data.own')};log('poked')}}})`,
  ]
  const use = () => r.pick('<leaf class="leaf" v="{{w}}"/>', '<leaf class="leaf" v="{{w}}" bind:ev="up"/>', '<leaf class="leaf" v="{{got}}" wx:if="{{got}}" bind:ev="up"/>', '<view bind:ev="up"><leaf class="leaf" v="{{w}}"/></view>', '<leaf class="leaf" wx:for="{{l}}" wx:key="*this" v="{{item}}" bind:ev="up"/>')
  const middle = [
    `${use()}<slot/>{{got}}`,
    `Component({properties:{w:Number},data:{got:0,l:[1,2]},observers:{got(g){log('middle got',g)}},methods:{up(e){log('middle up',e.detail);${r.pick('this.setData({got:e.detail.v});', 'if(this.data.got<3)this.setData({got:this.data.got+1});', '')}${r.pick('', "this.triggerEvent('ev',e.detail);")}},poke(){const c=this.selectComponent('.leaf');c&&c.poke()}}})`,
  ]
  const template = r.pick(
    '<middle id="m" w="{{n}}" bind:ev="up">{{sum}}</middle>',
    '<middle id="m" w="{{sum}}" bind:ev="up"/><leaf v="{{sum}}" wx:if="{{sum>1}}" bind:ev="up"/>',
    '<middle id="m" w="{{n}}"><leaf v="{{sum}}" bind:ev="up"/></middle>',
    '<view bind:ev="up"><middle id="m" w="{{n}}"><leaf v="{{n}}"/></middle>{{sum}}</view>',
  )
  const up = `up(e){log('page up',e.detail);if(this.data.sum<4)this.setData({sum:this.data.sum+1${r.pick('', ',n:e.detail.v+10')}})}`
  let fresh = 20
  const step = () => r.pick(() => set({ n: (fresh += 1) }), () => 'this.setData({sum:this.data.sum-1})', () => "this.selectComponent('#m').poke()", () => `this.selectComponent('#m').setData({got:${(fresh += 1)}});log('after')`, () => `this.setData({n:${(fresh += 1)}},()=>log('shown'));log('set')`)()
  return program(template, ['data:{n:0,sum:0}', up], r.times(3, step), { middle, leaf })
}

/** Two-way bindings of components. */
export const models = (r) => {
  const c = ['{{v}}', "Component({properties:{v:{type:null,observer(v,o){log('v',v,o)}},o:null},methods:{own(d){this.setData(d)}}})"]
  const outer = ['<c id="c" model:v="{{w}}"/>{{w}}', `Component({properties:{w:null},methods:{own(d){this.selectComponent('#c').own(d)}}})`]
  const deep = r.once(2)
  const use = deep ? r.pick('<outer id="u" model:w="{{x}}"/>', '<outer id="u" w="{{x}}"/>') : r.pick('<c id="u" model:v="{{x}}"/>', '<c id="u" model:v="{{x}}" o="{{x}}"/>', '<c id="u" v="{{x}}"/>')
  let fresh = 10
  const step = () => r.pick(() => `this.selectComponent('#u').own({v:${(fresh += 1)}});log(this.data)`, () => `this.selectComponent('#u').own({v:${(fresh += 1)}});log(this.data)`, () => set({ x: (fresh += 1) }))()
  return program(`${use}{{x}}<view title="{{x}}"/>`, ['data:{x:null}'], r.times(3, step), { outer, c })
}

/** Relations whose other side is whatever has a behavior. */
export const byBehavior = (r) => {
  const far = r.once(2)
  const [up, down] = far ? ['ancestor', 'descendant'] : ['parent', 'child']
  const calls = (name) => r.some(['linked', 'linkChanged', 'unlinked'], 0.8).map((call) => `${call}(t){log(${lit(`${name} ${call}`)},t.data.n)}`)
  const load = "const b=require('../m/b');"
  const group = ['<slot/>', `${load}Component({properties:{n:null},relations:{items:{type:'${down}',target:b.item,${calls('group').join(',')}}},behaviors:[b.group],methods:{all(){return this.getRelationNodes('items').map((c)=>c.data.n)}}})`]
  const item = (name) => ['{{n}}<slot/>', `${load}Component({properties:{n:null},behaviors:[b.item],relations:{up:{type:'${up}',target:b.group,${calls(name).join(',')}}},methods:{all(){return [this.getRelationNodes('up').length,this.hasBehavior(b.item),this.hasBehavior(b.group)]}}})`]
  const one = () => r.pick('<a n="{{item}}"/>', '<b n="{{item}}"/>', '<view><a n="{{item}}"/></view>')
  const template = r.pick(
    `<group id="g" n="g"><block wx:for="{{l}}" wx:key="*this">${one()}</block></group>`,
    `<group id="g" n="g"><a n="x"><b n="y"/></a><block wx:for="{{l}}" wx:key="*this">${one()}</block></group>`,
    `<group id="g" n="g"><group n="h" wx:if="{{on}}"><a n="in"/></group><b class="b" n="{{t}}"/></group>`,
  )
  const step = () => r.pick(() => set({ l: r.shuffled([1, 2, 3]).slice(0, r.below(4)) }), () => set({ on: r.once(2) }), () => "log(this.selectComponent('#g').all())", () => "const c=this.selectComponent('.b');log(c&&c.all())")()
  const made = program(template, ['data:{l:[1,2],on:true,t:5}'], ["log(this.selectComponent('#g').all())", ...r.times(2, step)], { group, a: item('a'), b: item('b') })
  made.files['m/b.js'] = 'module.exports={item:Behavior({}),group:Behavior({})}'
  return made
}

/** `setData` in lifetimes and its callback, what a component shows meanwhile, and moves of what it holds. */
export const updates = (r) => {
  const x = counted(',properties:{n:null}', '{{n}}')
  const act = (at) => r.pick('', `this.setData({a:this.data.a+1});log(${lit(at)},this.data.a);`, `this.setData({on:!this.data.on},()=>log(${lit(`${at} shown`)}));`, `this.setData({l:this.data.l.concat(${r.below(9)})});`)
  const c = [
    r.pick('{{a}}<x wx:if="{{on}}" n="{{a}}"/>', '<view wx:for="{{l}}">{{item}}<x n="{{a}}"/></view>{{a}}', '<view hidden="{{on}}">{{l.length}}<slot/></view><x n="{{p}}"/>'),
    `Component({properties:{p:null},data:{a:0,on:false,l:[1]},lifetimes:{created(){${act('created').replace(/this\.setData\([^;]*;/, '')}},attached(){${act('attached')}${act('attached')}},detached(){${act('detached')}}},observers:{p(p){log('p',p);${act('p')}}},methods:{go(){${act('go')}${act('go')}}}})`,
  ]
  let fresh = 0
  const step = () => r.pick(() => "const c=this.selectComponent('#c');c&&c.go()", () => set({ q: `q${(fresh += 1)}` }), () => set({ k: r.once(2) }), () => `this.setData({q:'r${(fresh += 1)}'},()=>{log('page shown');this.setData({t:${fresh}})})`)()
  return program('<c id="c" wx:if="{{k}}" p="{{q}}">{{t}}</c>{{q}}', ["data:{k:true,q:'q',t:0}"], r.times(3, step), { c, x })
}
