// Built-ins that do something else than those of the engine.
(function (native, tools, kit) {
    'use strict';
    const { apply, defineProperty, objectKeys, isArray, hide, errors, text, slice, ITEMS } = tools;
    // `JSON.parse` complains as programs know it.
    const stockParse = JSON.parse;
    const parse = {
        parse(text, reviver) {
            const all = `${text}`;
            try {
                return stockParse(all, reviver);
            } catch (error) {
                const message = native.jsonFault(all);
                throw message === undefined ? error : new errors.SyntaxError(message);
            }
        },
    }.parse;
    hide(JSON, 'parse', parse);

    // A list of fields that is far too long is no list.
    const stockStringify = JSON.stringify;
    hide(JSON, 'stringify', {
        stringify(value, replacer, space) {
            if (isArray(replacer) && replacer.length > ITEMS) throw new errors.RangeError('Invalid array length');
            return stockStringify(value, replacer, space);
        },
    }.stringify);

    // What is no array may say that it has more items than anybody could walk over, and QuickJS asks nobody while it walks.
    const A = Array.prototype;
    const guard = list => {
        if (list !== null && list !== undefined && list.length > ITEMS) throw new errors.RangeError('Invalid array length');
    };
    for (const name of ['sort', 'toSorted']) {
        const stock = A[name];
        hide(A, name, {
            [name](compare) {
                if (compare === undefined || typeof compare === 'function') guard(this);
                return apply(stock, this, [compare]);
            },
        }[name]);
    }

    // An array inside itself joins as nothing.
    const stockJoin = A.join;
    const joining = [];
    hide(A, 'join', {
        join(separator) {
            guard(this);
            for (let at = 0; at < joining.length; at++) if (joining[at] === this) return '';
            joining[joining.length] = this;
            try {
                return apply(stockJoin, this, [separator]);
            } finally {
                joining.length -= 1;
            }
        },
    }.join);

    // The last match, as fields of `RegExp`: only where a file speaks of them, because noting it makes matching slower.
    const R = RegExp.prototype;
    const stockExec = R.exec;
    const StockRegExp = RegExp;
    let noting = false;
    const noteMatches = () => {
        if (noting) return;
        noting = true;
        let found = null;
        hide(R, 'exec', {
            exec(subject) {
                const match = apply(stockExec, this, [subject]);
                if (match !== null) found = match;
                return match;
            },
        }.exec);
        const shown = value => (value === undefined ? '' : text(value));
        const group = number => (found === null ? '' : shown(found[number]));
        const input = () => (found === null ? '' : shown(found.input));
        const start = () => (found === null ? 0 : found.index);
        const fields = {
            input, $_: input, lastMatch: () => group(0), '$&': () => group(0),
            lastParen: () => (found === null || found.length < 2 ? '' : group(found.length - 1)),
            leftContext: () => slice(input(), 0, start()),
            rightContext: () => slice(input(), start() + group(0).length),
        };
        fields['$+'] = fields.lastParen;
        fields['$`'] = fields.leftContext;
        fields["$'"] = fields.rightContext;
        for (let number = 1; number <= 9; number++) fields['$' + number] = () => group(number);
        // Assigning does nothing, as everywhere.
        const set = () => {};
        for (const name of objectKeys(fields)) {
            defineProperty(StockRegExp, name, { get: fields[name], set, enumerable: false, configurable: true });
        }
    };

    kit.parse = parse;
    kit.noteMatches = noteMatches;
})
