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

  const keep = (value, group) => {
    last += 1;
    const id = "object:" + last;
    objects.set(id, { value, group: group || "" });
    return id;
  };

  const known = (id) => {
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
    run: settle,
    call: (make, spec) => settle(() => {
      const self = spec.objectId === undefined ? undefined : known(spec.objectId);
      return make().apply(self, (spec.arguments || []).map(argument));
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
