// Runs one case in glass-easel: a page and its components, step by step.
//
// A case is { files, steps }: files by path ("p/p.wxml", "c/a.js", ...), steps are names of page methods, or
// "tap ID" for a tap on the element with that id. The result has, for the start and after each step, the
// composed tree in one line and what script logged.

import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
process.env.NODE_ENV = 'production'
const easel = require('glass-easel')
const { MiniProgramEnv } = require('glass-easel-miniprogram-adapter')
const { TmplGroup } = require('glass-easel-template-compiler')

/** Faults of a case's script: a case that has one is the generator's mistake. */
let faults = []
let warnings = []
easel.globalOptions.throwGlobalError = false
easel.addGlobalErrorListener((error) => {
  faults.push(String(error?.stack ?? error))
  return false
})
easel.addGlobalWarningListener((message) => {
  warnings.push(String(message))
  return false
})

/** A composed backend that keeps what an element was told of its classes, and answers nothing. */
class Context extends easel.EmptyComposedBackendContext {
  waiting = []

  createElement(...args) {
    const element = super.createElement(...args)
    element.classes = []
    element.addClass = (name) => element.classes.push(name)
    element.removeClass = (name) => element.classes.splice(element.classes.indexOf(name), 1)
    return element
  }

  render(done) {
    this.waiting.push(done)
  }

  /** What waits for a frame gets one. */
  frame() {
    for (let rounds = 0; this.waiting.length && rounds < 10; rounds += 1) {
      this.waiting.splice(0).forEach((done) => done(null))
    }
  }
}

/** A value as the logs write it. */
export const show = (value) => (typeof value === 'string' ? value : String(JSON.stringify(value)))

/** One element with what is in it: `tag#id.class[name=value style]{children}`; empty texts are left out. */
const element = (node, children) => {
  let out = node.is !== undefined && !easel.Component.isComponent(node) ? node.is : node.tagName
  if (node.id) out += `#${node.id}`
  const classes = [...new Set(node.getBackendElement()?.classes ?? [])].sort()
  out += classes.map((name) => `.${name}`).join('')
  const attributes = easel.NativeNode.isNativeNode(node) ? node.attributes : []
  const given = attributes
    .filter(({ value }) => value !== undefined)
    .map(({ name, value }) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
  if (node.style) given.push(`style=${node.style}`)
  if (given.length) out += `[${given.sort().join(' ')}]`
  return children.length ? `${out}{${children.join(' ')}}` : out
}

const nodesOf = (node) => {
  const children = []
  node.forEachComposedChild((child) => {
    if (easel.TextNode.isTextNode(child)) {
      if (child.textContent) children.push(JSON.stringify(child.textContent))
    } else if (easel.VirtualNode.isVirtualNode(child) || child.isVirtual?.()) {
      children.push(...nodesOf(child))
    } else {
      children.push(element(child, nodesOf(child)))
    }
  })
  return children
}

const find = (node, id) => {
  let found = null
  node.forEachComposedChild((child) => {
    if (found || easel.TextNode.isTextNode(child)) return
    found = child.id === id ? child : find(child, id)
  })
  return found
}

/** Components of the composed tree, what is inside before what is around. */
const insideFirst = (node, out = []) => {
  node.forEachComposedChild((child) => {
    if (!easel.TextNode.isTextNode(child)) insideFirst(child, out)
  })
  if (easel.Component.isComponent(node)) out.push(node)
  return out
}

/** Compiles all templates of a case as one group, so that they can import each other. */
const templates = (files) => {
  const group = new TmplGroup()
  for (const [path, text] of Object.entries(files)) {
    if (path.endsWith('.wxml')) group.addTmpl(path.slice(0, -5), text)
    if (path.endsWith('.wxs')) group.addScript(path.slice(0, -4), text)
  }
  const groupList = new Function(`return ${group.getTmplGenObjectGroups()}`)()
  group.free()
  return groupList
}

/** Runs a case; gives `{ states: [[tree, log...], ...], faults, doubled }`; `doubled` if a list had doubled keys. */
export const run = (made) => {
  faults = []
  warnings = []
  try {
    const states = statesOf(made)
    return { states, faults, doubled: warnings.some((text) => text.includes('keys are not unique')) }
  } catch (error) {
    return { states: [], faults: [String(error), ...faults], doubled: false }
  }
}

const statesOf = ({ files, steps }) => {
  const env = new MiniProgramEnv()
  const space = env.createCodeSpace('', true)
  const groupList = templates(files)
  const units = Object.keys(files).filter((path) => path.endsWith('.wxml') && files[path.replace(/wxml$/, 'js')])
  const log = []
  const tell = (...values) => {
    // Observers that set each other without end.
    if (log.length > 100) throw new Error('endless log')
    log.push(values.map(show).join(' '))
  }
  const context = new Context()
  const backend = env.associateBackend(context)
  for (const unit of units.map((path) => path.slice(0, -5))) {
    space.addCompiledTemplate(unit, { groupList, content: groupList[unit], fallbackListenerOnNativeNode: true })
    const config = JSON.parse(files[`${unit}.json`] ?? '{}')
    // Classes are compared by their names alone, so that style isolation is left out.
    space.addComponentStaticConfig(unit, { ...config, component: unit !== 'p/p' })
  }
  // Modules are in folders of the root and name each other as "../folder/file"; those without a template come first.
  const exported = {}
  const load = (path) => path.replace(/^(\.\.\/)+/, '')
  const scripts = Object.keys(files).filter((path) => path.endsWith('.js'))
  const isModule = (path) => !units.includes(path.replace(/js$/, 'wxml'))
  for (const path of [...scripts.filter(isModule), ...scripts.filter((path) => !isModule(path))]) {
    const unit = path.slice(0, -3)
    space.componentEnv(unit, ({ Page, Component, Behavior }) => {
      const module = { exports: {} }
      // The adapter hands relations on with its own wrappers as targets, which then match nothing.
      const define = (definition) => {
        for (const relation of Object.values(definition.relations ?? {})) {
          if (relation.target?._$) relation.target = relation.target._$
        }
        return Component(definition)
      }
      const names = ['Page', 'Component', 'Behavior', 'log', 'module', 'require']
      const find = (name) => exported[load(name)]
      new Function(...names, files[path])(Page, define, Behavior, tell, module, find)
      exported[unit] = module.exports
    })
  }
  const root = backend.createRoot('page', space, 'p/p')
  const component = root.getComponent()
  const page = root.get()
  const ready = new Set()
  const states = []
  // `ready` is the embedder's: inside first, once a first or later update is over.
  const settle = () => {
    context.frame()
    for (const inner of insideFirst(component)) {
      if (ready.has(inner) || inner === component) continue
      ready.add(inner)
      inner.triggerLifetime('ready', [])
    }
    if (!states.length) page.onReady?.()
    context.frame()
    const inside = nodesOf(component)
    states.push([inside.length ? `page{${inside.join(' ')}}` : 'page', ...log.splice(0)])
  }
  easel.Element.pretendAttached(component)
  page.onLoad?.({})
  page.onShow?.()
  component.triggerPageLifetime('show', [])
  settle()
  for (const step of steps) {
    const [word, id] = step.split(' ')
    if (word === 'tap') {
      const options = { bubbles: true, composed: true, capturePhase: true }
      const target = find(component, id)
      if (target) target.triggerEvent('tap', {}, options)
    } else {
      page[step]()
    }
    settle()
  }
  return states
}
