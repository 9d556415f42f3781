// Values as text, deep copies, views of buffers, objects made on demand.
(function (native, tools, kit) {
    'use strict';
    const { uncurry, apply, construct, ownKeys, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, objectKeys, isArray, hasOwn, getter, errors, text, ITEMS, isObject } = tools;
    const Proxied = Proxy;
    const { assign } = Object;
    // Values as text, without running script.
    const symbolText = uncurry(Symbol.prototype.toString);
    const bigintText = uncurry(BigInt.prototype.toString);
    const jsonText = JSON.stringify;
    const R = RegExp.prototype;
    const source = getter(R, 'source');
    const flags = [['hasIndices', 'd'], ['global', 'g'], ['ignoreCase', 'i'], ['multiline', 'm'], ['dotAll', 's'],
        ['unicode', 'u'], ['unicodeSets', 'v'], ['sticky', 'y']].map(([name, letter]) => [getter(R, name), letter]);
    const mapSize = getter(Map.prototype, 'size');
    const setSize = getter(Set.prototype, 'size');
    const own = (object, name) => {
        const field = getOwnPropertyDescriptor(object, name);
        return field === undefined ? undefined : field.value;
    };
    const [DEPTH, ENTRIES, LENGTH] = [4, 100, 10000];
    const special = (kind, value) => {
        switch (kind) {
            case 1: {
                const name = own(value, 'name');
                return typeof name === 'string' && name !== '' ? '[Function: ' + name + ']' : '[Function]';
            }
            case 2: return kit.dateJson(value) || 'Invalid Date';
            case 3: {
                let shown = '/' + source(value) + '/';
                for (let at = 0; at < flags.length; at++) if (flags[at][0](value)) shown += flags[at][1];
                return shown;
            }
            case 5: return '[Map(' + mapSize(value) + ')]';
            case 6: return '[Set(' + setSize(value) + ')]';
            case 7: return '[Proxy]';
            case 8: return '[Promise]';
            default: return undefined;
        }
    };
    const shownIn = (value, out, open) => {
        if (out.text.length > LENGTH) return;
        switch (typeof value) {
            case 'string': out.text += jsonText(value); return;
            case 'symbol': out.text += symbolText(value); return;
            case 'bigint': out.text += bigintText(value) + 'n'; return;
            case 'object': case 'function': if (value !== null) break;
            // falls through
            default: out.text += value; return;
        }
        const kind = native.kind(value);
        if (kind === 4) {
            out.text += open.length === 0 ? native.stack(value) : '[' + native.message(value) + ']';
            return;
        }
        const shown = special(kind, value);
        if (shown !== undefined) {
            out.text += shown;
            return;
        }
        const array = isArray(value);
        for (let at = 0; at < open.length; at++) {
            if (open[at] === value) {
                out.text += '[Circular]';
                return;
            }
        }
        if (open.length >= DEPTH) {
            out.text += array ? '[Array]' : '[Object]';
            return;
        }
        open[open.length] = value;
        out.text += array ? '[' : '{';
        let count = 0;
        const names = ownKeys(value);
        for (let at = 0; at < names.length; at++) {
            const name = names[at];
            if (typeof name === 'symbol') continue;
            const field = getOwnPropertyDescriptor(value, name);
            if (field === undefined || !field.enumerable) continue;
            if (count > 0) out.text += ',';
            if (count === ENTRIES) {
                out.text += '…';
                break;
            }
            count += 1;
            if (!array || '' + (name >>> 0) !== name) out.text += jsonText(name) + ':';
            if (hasOwn(field, 'value')) shownIn(field.value, out, open);
            else out.text += '[Getter]';
        }
        out.text += array ? ']' : '}';
        open.length -= 1;
    };

    // Deep copies: arrays and objects (also class instances and proxies) become plain ones, dates are copied, anything
    // else is the same value.
    const COPY_DEPTH = 1000;
    const copied = (value, open, left) => {
        if (value === null || typeof value !== 'object') return value;
        const kind = native.kind(value);
        if (kind === 2) return kit.date(kit.time(value));
        const array = isArray(value);
        if (!array && kind !== 0 && kind !== 7) return value;
        if (open.length >= COPY_DEPTH) throw new errors.RangeError('the value contains itself or is nested too deep');
        for (let at = 0; at < open.length; at++) {
            if (open[at] === value) throw new errors.RangeError('the value contains itself or is nested too deep');
        }
        open[open.length] = value;
        let out;
        if (array) {
            const { length } = value;
            left.items -= length;
            if (!(left.items >= 0)) throw new errors.RangeError('Invalid array length');
            out = [];
            for (let at = 0; at < length; at++) {
                defineProperty(out, at, { value: copied(value[at], open, left), writable: true, enumerable: true, configurable: true });
            }
        } else {
            out = {};
            const names = objectKeys(value);
            for (let at = 0; at < names.length; at++) {
                const name = names[at];
                defineProperty(out, name, { value: copied(value[name], open, left), writable: true, enumerable: true, configurable: true });
            }
        }
        open.length -= 1;
        return out;
    };

    // Views of buffers.
    const typed = getPrototypeOf(Uint8Array.prototype);
    const viewOf = (prototype) => ['buffer', 'byteOffset', 'byteLength'].map(name => getter(prototype, name));
    const [typedView, dataView] = [viewOf(typed), viewOf(DataView.prototype)];

    assign(kit, {
        inspect: value => {
            const out = { text: '' };
            shownIn(value, out, []);
            return out.text;
        },
        copy: value => copied(value, [], { items: ITEMS }),
        text: value => (typeof value === 'symbol' ? symbolText(value) : text(value)),
        wellFormed: uncurry(String.prototype.toWellFormed),
        isArray,
        truthy: value => !!value,
        typedView: view => [typedView[0](view), typedView[1](view), typedView[2](view)],
        dataView: view => [dataView[0](view), dataView[1](view), dataView[2](view)],
        accessor: (object, name, get, set) => {
            defineProperty(object, name, { get, set, enumerable: true, configurable: true });
        },
        construct: (constructor, values) => construct(constructor, values),
        field: (value, name) => value[name],
        // Objects whose fields are made on demand. What script assigns counts more; a function's own `name` and `length`
        // say nothing.
        dynamic: (get, keys, action) => {
            const target = action ? (function () {}).bind() : {};
            const field = name => {
                if (typeof name === 'symbol') {
                    return action && name === Symbol.toPrimitive ? () => '' : undefined;
                }
                const inherent = action && (name === 'name' || name === 'length' || name === 'prototype');
                if (!inherent && hasOwn(target, name)) return target[name];
                return get(name);
            };
            const list = values => {
                const out = [];
                for (let at = 0; at < values.length; at++) out[at] = values[at];
                return out;
            };
            return new Proxied(target, {
                __proto__: null,
                get(_, name) {
                    const value = field(name);
                    return value === undefined ? target[name] : value;
                },
                has(_, name) {
                    return field(name) !== undefined || name in target;
                },
                set(_, name, value) {
                    defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
                    return true;
                },
                ownKeys() {
                    const names = keys();
                    const all = [];
                    const seen = { __proto__: null };
                    const add = more => {
                        for (let at = 0; at < more.length; at++) {
                            if (seen[more[at]]) continue;
                            seen[more[at]] = true;
                            all[all.length] = more[at];
                        }
                    };
                    add(names);
                    add(ownKeys(target));
                    return all;
                },
                getOwnPropertyDescriptor(_, name) {
                    const isOwn = hasOwn(target, name);
                    const names = keys();
                    let listed = false;
                    for (let at = 0; at < names.length && !listed; at++) listed = names[at] === name;
                    let value = field(name);
                    if (value === undefined) {
                        if (!isOwn && !listed) return undefined;
                        value = target[name];
                    }
                    return { value, writable: true, enumerable: !(action && isOwn && !listed), configurable: true };
                },
                apply(_, self, values) {
                    if (!action) throw new errors.TypeError('the object is not a function');
                    return apply(action, self, list(values));
                },
                construct(_, values) {
                    if (!action) throw new errors.TypeError('the object is not a function');
                    const made = apply(action, undefined, list(values));
                    return isObject(made) ? made : {};
                },
            });
        },
    });
})
