// What an inspector keeps in the realm of a program: objects by the numbers that clients know them by. The value of this text
// is a function that puts it on the global object, where enumeration does not show it.
() => {
  "use strict";
  const KEY = Symbol.for("pellicle.inspector");
  if (globalThis[KEY]) return true;
  // Entries of a preview, and how long its texts are.
  const ENTRIES = 5;
  const TEXT = 100;
  // Properties of one object that are told.
  const PROPERTIES = 10000;
  const objects = new Map();
  let last = 0;
  let faults = 0;

  // Nodes are the render side's. A call brings those along that it is about, as they were when it was made, with what its
  // selectors find.
  const NODE = "node:";
  const SEEN = Symbol("seen");
  const MOST = 10000;
  const nodes = new Map();
  class PageNode {
    constructor() { Object.defineProperty(this, SEEN, { value: undefined, writable: true }); }
    get nodeType() { return this[SEEN].type; }
    get nodeName() { return this[SEEN].name; }
    get localName() { return this[SEEN].name; }
    get tagName() { return this[SEEN].name; }
    get id() { return this[SEEN].attributes.id || ""; }
    get className() { return this[SEEN].attributes.class || ""; }
    get textContent() { return this[SEEN].text; }
    get innerText() { return this[SEEN].text; }
    get outerHTML() { return this[SEEN].markup; }
    get isConnected() { return this[SEEN].connected; }
    get ownerDocument() { return page(1); }
    getAttribute(name) { return this.hasAttribute(name) ? this[SEEN].attributes[name] : null; }
    hasAttribute(name) { return Object.prototype.hasOwnProperty.call(this[SEEN].attributes, name); }
    getAttributeNames() { return Object.keys(this[SEEN].attributes); }
    get documentElement() { return this; }
    get clientWidth() { return this.getBoundingClientRect().width; }
    get clientHeight() { return this.getBoundingClientRect().height; }
    getClientRects() { return this[SEEN].rect ? [this.getBoundingClientRect()] : []; }
    getBoundingClientRect() {
      const { x, y, width, height } = this[SEEN].rect || { x: 0, y: 0, width: 0, height: 0 };
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    }
    querySelectorAll(selector) {
      const found = this[SEEN].found && this[SEEN].found[selector];
      if (!found) throw new Error("'" + selector + "' is no selector, or is not written out in the call");
      return found.map(page);
    }
    querySelector(selector) { return this.querySelectorAll(selector)[0] || null; }
  }
  Object.assign(PageNode, { ELEMENT_NODE: 1, TEXT_NODE: 3, DOCUMENT_NODE: 9, DOCUMENT_FRAGMENT_NODE: 11 });
  const page = (number) => {
    if (!nodes.has(number)) {
      if (nodes.size >= MOST) nodes.clear();
      nodes.set(number, new PageNode());
    }
    return nodes.get(number);
  };
  // What clients hold nodes against, and ask whether they are in view.
  class PageElement { static [Symbol.hasInstance](value) { return value instanceof PageNode && value.nodeType === 1; } }
  class Vector { static [Symbol.hasInstance]() { return false; } }
  class Sight {
    constructor(told) { this.told = told; }
    observe(target) {
      const [view, own] = [page(1), target].map((node) => node.getBoundingClientRect());
      const width = Math.min(view.right, own.right) - Math.max(view.left, own.left);
      const height = Math.min(view.bottom, own.bottom) - Math.max(view.top, own.top);
      const area = own.width * own.height;
      const intersectionRatio = area > 0 && width > 0 && height > 0 ? Math.min(1, (width * height) / area) : 0;
      Promise.resolve().then(() => this.told([{ target, intersectionRatio, isIntersecting: intersectionRatio > 0 }], this));
    }
    unobserve() {}
    disconnect() {}
  }
  const scope = () => [page(1), PageNode, PageElement, PageElement, Vector, Sight];
  const see = (given) => (given || []).forEach((seen) => { page(seen.number)[SEEN] = seen; });

  const keep = (value, group) => {
    last += 1;
    const id = "object:" + last;
    objects.set(id, { value, group: group || "" });
    return id;
  };

  const known = (id) => {
    if (id.startsWith(NODE)) return page(Number(id.slice(NODE.length)));
    const found = objects.get(id);
    if (!found) throw new Error("Could not find object with given id");
    return found.value;
  };

  const className = (value) => {
    try {
      const made = value.constructor;
      if (typeof made === "function" && made.name) return made.name;
    } catch (error) {
      // A getter threw.
    }
    return typeof value === "function" ? "Function" : "Object";
  };

  const subtype = (value) => {
    if (Array.isArray(value)) return "array";
    if (value instanceof Error) return "error";
    if (value instanceof Date) return "date";
    if (value instanceof RegExp) return "regexp";
    if (value instanceof Map) return "map";
    if (value instanceof Set) return "set";
    if (value instanceof Promise) return "promise";
    if (typeof ArrayBuffer === "function" && value instanceof ArrayBuffer) return "arraybuffer";
    return undefined;
  };

  const describe = (value) => {
    if (typeof value === "function") return Function.prototype.toString.call(value);
    const name = className(value);
    switch (subtype(value)) {
      case "array": return name + "(" + value.length + ")";
      case "error": return value.stack && String(value.stack).includes(value.message) ? String(value.stack) : String(value) + "\n" + (value.stack || "");
      case "date": case "regexp": return String(value);
      case "map": case "set": return name + "(" + value.size + ")";
      default: return name;
    }
  };

  const primitive = (value) => {
    switch (typeof value) {
      case "undefined": return { type: "undefined" };
      case "boolean": return { type: "boolean", value };
      case "string": return { type: "string", value };
      case "bigint": return { type: "bigint", unserializableValue: value + "n", description: value + "n" };
      case "number": {
        const text = Object.is(value, -0) ? "-0" : String(value);
        if (!Number.isFinite(value) || text === "-0") return { type: "number", unserializableValue: text, description: text };
        return { type: "number", value, description: text };
      }
      default: return value === null ? { type: "object", subtype: "null", value: null } : undefined;
    }
  };

  const brief = (name, descriptor) => {
    if (!("value" in descriptor)) return { name, type: "accessor", value: "" };
    const value = descriptor.value;
    const plain = primitive(value);
    if (plain) {
      let text = plain.description || String(value);
      if (text.length > TEXT) text = text.slice(0, TEXT) + "…";
      return { name, type: plain.type, subtype: plain.subtype, value: text };
    }
    if (typeof value === "symbol") return { name, type: "symbol", value: String(value) };
    return { name, type: typeof value, subtype: subtype(value), value: typeof value === "function" ? "" : describe(value).split("\n")[0].slice(0, TEXT) };
  };

  const preview = (value) => {
    const names = Object.keys(value);
    const shown = names.slice(0, Array.isArray(value) ? TEXT : ENTRIES);
    return {
      type: typeof value, subtype: subtype(value), description: describe(value).split("\n")[0], overflow: names.length > shown.length,
      properties: shown.map((name) => brief(name, Object.getOwnPropertyDescriptor(value, name) || {})),
    };
  };

  const remote = (value, options) => {
    const plain = primitive(value);
    if (plain) return plain;
    if (typeof value === "symbol") return { type: "symbol", description: String(value), objectId: keep(value, options.group) };
    if (value instanceof PageNode) {
      const { number, name, description } = value[SEEN];
      return { type: "object", subtype: "node", className: name, description, objectId: NODE + number };
    }
    if (options.byValue) return { type: typeof value, value: JSON.parse(JSON.stringify(value) || "{}") };
    const told = {
      type: typeof value, subtype: subtype(value), className: className(value), description: describe(value), objectId: keep(value, options.group),
    };
    if (options.preview && typeof value === "object") told.preview = preview(value);
    return told;
  };

  const thrown = (error, options) => {
    faults += 1;
    const exception = remote(error, { group: options.group });
    return {
      result: exception,
      exceptionDetails: { exceptionId: faults, text: "Uncaught", lineNumber: 0, columnNumber: 0, exception },
    };
  };

  const settle = (make, options) => {
    let value;
    try {
      value = make();
    } catch (error) {
      return thrown(error, options);
    }
    const told = (value) => {
      try {
        return { result: remote(value, options) };
      } catch (error) {
        return thrown(error, options);
      }
    };
    if (options.wait && value && typeof value.then === "function") {
      return Promise.resolve(value).then(told, (error) => thrown(error, options));
    }
    return told(value);
  };

  const argument = (given) => {
    if (given.objectId !== undefined) return known(given.objectId);
    switch (given.unserializableValue) {
      case undefined: return given.value;
      case "NaN": return NaN;
      case "Infinity": return Infinity;
      case "-Infinity": return -Infinity;
      case "-0": return -0;
      default: return BigInt(given.unserializableValue.slice(0, -1));
    }
  };

  const property = (object, key, isOwn, options) => {
    const found = Object.getOwnPropertyDescriptor(object, key);
    if (!found) return undefined;
    const told = { name: String(key), configurable: found.configurable, enumerable: found.enumerable, isOwn };
    if (typeof key === "symbol") told.symbol = remote(key, options);
    if ("value" in found) {
      told.writable = found.writable;
      told.value = remote(found.value, options);
    } else {
      told.get = remote(found.get, options);
      told.set = remote(found.set, options);
    }
    return told;
  };

  const inspector = {
    run: (make, options) => {
      see(options.nodes);
      return settle(() => make(...scope()), options);
    },
    call: (make, spec) => settle(() => {
      see(spec.nodes);
      const self = spec.objectId === undefined ? undefined : known(spec.objectId);
      return make(...scope()).apply(self, (spec.arguments || []).map(argument));
    }, spec),
    properties: (id, spec) => {
      const object = Object(known(id));
      const result = [];
      for (const key of Reflect.ownKeys(object).slice(0, PROPERTIES)) {
        const told = property(object, key, true, spec);
        if (told && !(spec.accessors && !told.get)) result.push(told);
      }
      const internal = [];
      const prototype = Object.getPrototypeOf(object);
      if (prototype) internal.push({ name: "[[Prototype]]", value: remote(prototype, spec) });
      return { result, internalProperties: internal };
    },
    release: (id) => objects.delete(id),
    releaseGroup: (group) => {
      for (const [id, entry] of objects) {
        if (entry.group === group) objects.delete(id);
      }
    },
    names: () => Object.getOwnPropertyNames(globalThis),
  };
  Object.defineProperty(globalThis, KEY, { value: inspector });
  return true;
}
