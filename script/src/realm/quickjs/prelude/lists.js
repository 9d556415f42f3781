// Built-ins that walk over lists without asking whether they may go on. What is known to be short is left to the engine; the
// rest is walked over here, step by step as the standard has it, where script is asked in each round. Walks that nobody
// wants to wait for throw before they begin.
(function (native, tools) {
    'use strict';
    const { apply, construct, defineProperty, getPrototypeOf, hasOwn, hide, errors, isArray, isObject, lengthOf, objectKeys, ITEMS } = tools;
    const A = Array.prototype;
    const { isConcatSpreadable, species } = Symbol;
    const { floor, trunc } = Math;
    const StockArray = Array;
    const StockObject = Object;
    const MOST = 2 ** 53 - 1;

    const min = (a, b) => (a < b ? a : b);
    const max = (a, b) => (a > b ? a : b);
    const toObject = value => {
        if (value === null || value === undefined) throw new errors.TypeError('cannot convert to object');
        return StockObject(value);
    };
    const toInteger = value => {
        const number = +value;
        return number !== number ? 0 : trunc(number) + 0;
    };
    const toLength = value => max(min(toInteger(value), MOST), 0);
    /** A place from the beginning, or from the end if it is negative. */
    const toPlace = (value, length) => {
        const place = toInteger(value);
        return place < 0 ? max(length + place, 0) : min(place, length);
    };
    const toEnd = (value, length) => (value === undefined ? length : toPlace(value, length));
    const checkLength = length => {
        if (length > MOST) throw new errors.TypeError('Array too long');
    };
    /** Fails for more rounds than one call may take. */
    const checkRounds = rounds => {
        if (rounds > ITEMS) throw new errors.RangeError('Invalid array length: too many elements');
    };
    const newArray = length => {
        if (length > 2 ** 32 - 1) throw new errors.RangeError('Invalid array length');
        return new StockArray(length);
    };
    const newOfSpecies = (original, length) => {
        if (!isArray(original)) return newArray(length);
        let made = original.constructor;
        if (isObject(made)) {
            made = made[species];
            if (made === null) made = undefined;
        }
        return made === undefined ? newArray(length) : construct(made, [length]);
    };
    const put = (target, index, value) =>
        defineProperty(target, index, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    /** Moves an item, or the lack of one. */
    const move = (list, from, to) => {
        if (from in list) list[to] = list[from];
        else delete list[to];
    };

    const isSpreadable = item => {
        if (!isObject(item)) return false;
        const said = item[isConcatSpreadable];
        return said === undefined ? isArray(item) : !!said;
    };
    /** True for what is one item of a concatenation, as everybody can see. */
    const isPlainItem = item => {
        for (let at = item; at !== null; at = getPrototypeOf(at)) {
            if (lengthOf(at) === -1 || hasOwn(at, isConcatSpreadable)) return false;
        }
        return true;
    };
    const areShort = (list, others) => {
        let all = lengthOf(list);
        if (all < 0) return false;
        for (let at = 0; at < others.length && all <= ITEMS; at++) {
            const length = lengthOf(others[at]);
            if (length >= 0) all += length;
            else if (length === -1 || !isPlainItem(others[at])) return false;
        }
        return all <= ITEMS;
    };
    const concat = (list, others) => {
        const object = toObject(list);
        const made = newOfSpecies(object, 0);
        let to = 0;
        let rounds = 0;
        for (let at = -1; at < others.length; at++) {
            const item = at < 0 ? object : others[at];
            if (isSpreadable(item)) {
                const length = toLength(item.length);
                checkLength(to + length);
                checkRounds(rounds += length);
                for (let from = 0; from < length; from++, to++) if (from in item) put(made, to, item[from]);
            } else {
                checkLength(to + 1);
                put(made, to++, item);
            }
        }
        made.length = to;
        return made;
    };

    const copyWithin = (list, target, start, end) => {
        const object = toObject(list);
        const length = toLength(object.length);
        let to = toPlace(target, length);
        let from = toPlace(start, length);
        let count = min(toEnd(end, length) - from, length - to);
        checkRounds(count);
        const back = from < to && to < from + count;
        if (back) {
            from += count - 1;
            to += count - 1;
        }
        for (; count > 0; count--) {
            move(object, from, to);
            from += back ? -1 : 1;
            to += back ? -1 : 1;
        }
        return object;
    };

    const flatMap = (list, mapper, self) => {
        const object = toObject(list);
        const length = toLength(object.length);
        if (typeof mapper !== 'function') throw new errors.TypeError('flatMap needs a function');
        const made = newOfSpecies(object, 0);
        let to = 0;
        let rounds = length;
        checkRounds(rounds);
        const add = item => {
            checkLength(to + 1);
            put(made, to++, item);
        };
        for (let from = 0; from < length; from++) {
            if (!(from in object)) continue;
            const items = apply(mapper, self, [object[from], from, object]);
            if (!isArray(items)) {
                add(items);
                continue;
            }
            const inner = toLength(items.length);
            checkRounds(rounds += inner);
            for (let at = 0; at < inner; at++) if (at in items) add(items[at]);
        }
        return made;
    };

    const reverse = list => {
        const object = toObject(list);
        const length = toLength(object.length);
        const middle = floor(length / 2);
        checkRounds(middle);
        for (let lower = 0; lower < middle; lower++) {
            const upper = length - lower - 1;
            const hasLower = lower in object;
            const low = hasLower ? object[lower] : undefined;
            const hasUpper = upper in object;
            const high = hasUpper ? object[upper] : undefined;
            if (hasUpper) object[lower] = high;
            else if (hasLower) delete object[lower];
            if (hasLower) object[upper] = low;
            else if (hasUpper) delete object[upper];
        }
        return object;
    };

    const shift = list => {
        const object = toObject(list);
        const length = toLength(object.length);
        if (length === 0) {
            object.length = 0;
            return undefined;
        }
        checkRounds(length);
        const first = object[0];
        for (let from = 1; from < length; from++) move(object, from, from - 1);
        delete object[length - 1];
        object.length = length - 1;
        return first;
    };

    const slice = (list, start, end) => {
        const object = toObject(list);
        const length = toLength(object.length);
        let from = toPlace(start, length);
        const final = toEnd(end, length);
        checkRounds(final - from);
        const made = newOfSpecies(object, max(final - from, 0));
        let to = 0;
        for (; from < final; from++, to++) if (from in object) put(made, to, object[from]);
        made.length = to;
        return made;
    };

    const splice = (list, given) => {
        const object = toObject(list);
        const length = toLength(object.length);
        const start = given.length === 0 ? 0 : toPlace(given[0], length);
        const added = max(given.length - 2, 0);
        const removed = given.length === 0 ? 0
            : given.length === 1 ? length - start
            : min(max(toInteger(given[1]), 0), length - start);
        checkLength(length + added - removed);
        checkRounds(removed + (added === removed ? 0 : length - start - removed));
        const made = newOfSpecies(object, removed);
        for (let at = 0; at < removed; at++) if (start + at in object) put(made, at, object[start + at]);
        made.length = removed;
        if (added < removed) {
            for (let at = start; at < length - removed; at++) move(object, at + removed, at + added);
            for (let at = length; at > length - removed + added; at--) delete object[at - 1];
        } else if (added > removed) {
            for (let at = length - removed; at > start; at--) move(object, at + removed - 1, at + added - 1);
        }
        for (let at = 0; at < added; at++) object[start + at] = given[at + 2];
        object.length = length - removed + added;
        return made;
    };

    const unshift = (list, items) => {
        const object = toObject(list);
        const length = toLength(object.length);
        const added = items.length;
        if (added > 0) {
            checkLength(length + added);
            checkRounds(length);
            for (let from = length - 1; from >= 0; from--) move(object, from, from + added);
            for (let at = 0; at < added; at++) object[at] = items[at];
        }
        object.length = length + added;
        return length + added;
    };

    // Known to be short, lists go to the engine with exactly the arguments that were given.
    const { concat: stockConcat } = A;
    const careful = {
        concat(item) {
            return areShort(this, arguments) ? apply(stockConcat, this, arguments) : concat(this, arguments);
        },
        copyWithin(target, start, end = undefined) {
            return copyWithin(this, target, start, end);
        },
        reverse() {
            return reverse(this);
        },
        shift() {
            return shift(this);
        },
        slice(start, end) {
            return slice(this, start, end);
        },
        splice(start, removed) {
            return splice(this, arguments);
        },
        unshift(item) {
            return unshift(this, arguments);
        },
    };
    for (const name of objectKeys(careful)) {
        const guarded = native.guarded(A[name], careful[name], careful[name].length, name === 'concat');
        defineProperty(guarded, 'name', { value: name });
        hide(A, name, guarded);
    }
    hide(A, 'flatMap', {
        flatMap(mapper, self = undefined) {
            return flatMap(this, mapper, self);
        },
    }.flatMap);

    hide(String, 'raw', {
        raw(template) {
            const texts = toObject(toObject(template).raw);
            const length = toLength(texts.length);
            checkRounds(length);
            let made = '';
            for (let at = 0; at < length; at++) {
                made += `${texts[at]}`;
                if (at + 1 < length && at + 1 < arguments.length) made += `${arguments[at + 1]}`;
            }
            return made;
        },
    }.raw);
})
