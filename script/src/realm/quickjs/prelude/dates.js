// Dates in the realm's own time and zone, and texts of dates and numbers for people.
(function (native, tools, kit) {
    'use strict';
    const { uncurry, apply, construct, defineProperty, hide, methods, errors, text, isObject } = tools;
    const Stock = Date;
    const { floor } = Math;
    // Dates in the realm's own time and zone.
    const P = Stock.prototype;
    const time = uncurry(P.getTime);
    const setTime = uncurry(P.setTime);
    const scratch = new Stock(0);
    const utc = Stock.UTC;
    const isoText = uncurry(P.toISOString);
    const minute = 60000;
    const local = at => at + native.offset(at) * minute;
    const unlocal = at => {
        const guess = at - native.offset(at) * minute;
        return at - native.offset(guess) * minute;
    };
    const parts = ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'];
    for (const part of parts) {
        const read = uncurry(P['getUTC' + part]);
        const name = 'get' + part;
        hide(P, name, {
            [name]() {
                const at = time(this);
                if (at !== at) return at;
                setTime(scratch, local(at));
                return read(scratch);
            },
        }[name]);
        if (part === 'Day') continue;
        const write = P['setUTC' + part];
        const setter = 'set' + part;
        const lengths = { FullYear: 3, Month: 2, Date: 1, Hours: 4, Minutes: 3, Seconds: 2, Milliseconds: 1 };
        const made = {
            [setter](...values) {
                const at = time(this);
                // Whatever the time is, the arguments become numbers.
                for (let index = 0; index < values.length; index++) values[index] = +values[index];
                if (at !== at && part !== 'FullYear') return at;
                setTime(scratch, at !== at ? 0 : local(at));
                if (values.length === 0) return setTime(this, NaN);
                return setTime(this, unlocal(apply(write, scratch, values)));
            },
        }[setter];
        defineProperty(made, 'length', { value: lengths[part] });
        hide(P, setter, made);
    }
    const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
    const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    const [utcDay, utcDate, utcMonth, utcYear] = [P.getUTCDay, P.getUTCDate, P.getUTCMonth, P.getUTCFullYear].map(method => uncurry(method));
    const padded = (number, width) => {
        let text = '' + number;
        while (text.length < width) text = '0' + text;
        return text;
    };
    const dateText = at => {
        setTime(scratch, local(at));
        const year = utcYear(scratch);
        const shown = (year < 0 ? '-' : '') + padded(year < 0 ? -year : year, 4);
        return days[utcDay(scratch)] + ' ' + months[utcMonth(scratch)] + ' ' + padded(utcDate(scratch), 2) + ' ' + shown;
    };
    const timeText = at => native.zoneText(at, native.offset(at));
    const wholeText = at => (at !== at ? 'Invalid Date' : dateText(at) + ' ' + timeText(at));
    methods(P, {
        toString: { toString() { return wholeText(time(this)); } }.toString,
        toDateString: { toDateString() { const at = time(this); return at !== at ? 'Invalid Date' : dateText(at); } }.toDateString,
        toTimeString: { toTimeString() { const at = time(this); return at !== at ? 'Invalid Date' : timeText(at); } }.toTimeString,
        getTimezoneOffset: {
            getTimezoneOffset() {
                const at = time(this);
                return at !== at ? at : -native.offset(at);
            },
        }.getTimezoneOffset,
        getYear: { getYear() { return this.getFullYear() - 1900; } }.getYear,
        setYear: {
            setYear(year) {
                const number = +year;
                if (number !== number) return setTime(this, NaN);
                const whole = number < 0 ? -floor(-number) : floor(number);
                return this.setFullYear(whole >= 0 && whole <= 99 ? whole + 1900 : whole);
            },
        }.setYear,
        toLocaleDateString: { toLocaleDateString(tags, options) { return native.dateText(time(this), 0, tags, options); } }.toLocaleDateString,
        toLocaleTimeString: { toLocaleTimeString(tags, options) { return native.dateText(time(this), 1, tags, options); } }.toLocaleTimeString,
        toLocaleString: { toLocaleString(tags, options) { return native.dateText(time(this), 2, tags, options); } }.toLocaleString,
    });
    for (const name of ['toLocaleDateString', 'toLocaleTimeString', 'toLocaleString']) {
        defineProperty(P[name], 'length', { value: 0 });
    }
    const toPrimitive = value => {
        if (!isObject(value)) return value;
        const own = value[Symbol.toPrimitive];
        if (own !== undefined && own !== null) {
            const made = apply(own, value, ['default']);
            if (isObject(made)) throw new errors.TypeError('toPrimitive gave an object');
            return made;
        }
        for (let order = 0; order < 2; order++) {
            const method = value[order === 0 ? 'valueOf' : 'toString'];
            if (typeof method === 'function') {
                const made = apply(method, value, []);
                if (!isObject(made)) return made;
            }
        }
        throw new errors.TypeError('the value cannot become a primitive');
    };
    const timeOf = values => {
        if (values.length === 0) return native.now();
        if (values.length === 1) {
            const value = values[0];
            if (native.kind(value) === 2) return time(value);
            const primitive = toPrimitive(value);
            return typeof primitive === 'string' ? native.parse(primitive) : +primitive;
        }
        const at = apply(utc, Stock, values);
        return at !== at ? at : unlocal(at);
    };
    const SafeDate = function Date(...values) {
        if (!new.target) return wholeText(native.now());
        return construct(Stock, [timeOf(values)], new.target);
    };
    defineProperty(SafeDate, 'length', { value: 7 });
    defineProperty(SafeDate, 'prototype', { value: P, writable: false });
    methods(SafeDate, {
        now: { now() { return native.now(); } }.now,
        parse: { parse(written) { return native.parse(text(written)); } }.parse,
        UTC: utc,
    });
    hide(P, 'constructor', SafeDate);
    hide(globalThis, 'Date', SafeDate);

    const numberValue = uncurry(Number.prototype.valueOf);
    hide(Number.prototype, 'toLocaleString', {
        toLocaleString(tags, options) { return native.numberText(numberValue(this), tags, options); },
    }.toLocaleString);
    defineProperty(Number.prototype.toLocaleString, 'length', { value: 0 });

    kit.dateJson = value => {
        const at = time(value);
        if (at !== at) return null;
        setTime(scratch, at);
        return isoText(scratch);
    };
    kit.date = at => construct(SafeDate, [at]);
    kit.time = time;
})
