// Globals, code from text, timers, stacks, modules.
(function (native, tools, kit) {
    'use strict';
    const { uncurry, apply, getter, getPrototypeOf, setPrototypeOf, defineProperty, hasOwn, hide, methods, errors, text, slice, then, resolved, isObject } = tools;
    const trim = uncurry(String.prototype.trim);
    const endsWith = uncurry(String.prototype.endsWith);
    const stackText = getter(Error.prototype, 'stack');

    // Globals.
    const removed = [
        'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'DOMException', 'btoa', 'atob', 'performance',
        'DisposableStack', 'AsyncDisposableStack', 'SuppressedError', 'InternalError', 'Float16Array',
    ];
    for (const name of removed) delete globalThis[name];
    hide(globalThis, 'global', globalThis);
    hide(Math, 'random', { random() { return native.random(); } }.random);

    // Code is not made from text. `Function('return this')()` is how old libraries find the global object.
    const world = globalThis;
    const refusal = () => new errors.EvalError('code generation from strings is not allowed');
    const isReturnThis = source => {
        source = trim(source);
        while (endsWith(source, ';')) source = slice(source, 0, -1);
        return trim(source) === 'return this';
    };
    const refusing = (stock, name) => {
        const made = function (...texts) {
            if (name === 'Function' && texts.length === 1 && isReturnThis(text(texts[0]))) {
                return function anonymous() { return world; };
            }
            throw refusal();
        };
        defineProperty(made, 'name', { value: name });
        defineProperty(made, 'length', { value: 1 });
        defineProperty(made, 'prototype', { value: stock.prototype, writable: false });
        hide(stock.prototype, 'constructor', made);
        return made;
    };
    const SafeFunction = refusing(Function, 'Function');
    hide(globalThis, 'Function', SafeFunction);
    const kinds = [[async function () {}, 'AsyncFunction'], [function* () {}, 'GeneratorFunction'],
        [async function* () {}, 'AsyncGeneratorFunction']];
    for (const [sample, name] of kinds) {
        const stock = getPrototypeOf(sample).constructor;
        const made = refusing(stock, name);
        setPrototypeOf(made, SafeFunction);
        defineProperty(getPrototypeOf(sample), 'constructor', { value: made, writable: false, configurable: true });
    }
    hide(globalThis, 'eval', {
        eval(source) {
            if (typeof source !== 'string') return source;
            throw refusal();
        },
    }.eval);

    // Timers and microtasks.
    const timer = repeat => function (callback, delay, ...rest) {
        if (typeof callback !== 'function') {
            throw new errors.TypeError('a timer needs a function; text is not run as code');
        }
        return native.setTimer(callback, +delay, repeat, rest);
    };
    const clear = id => {
        if (typeof id === 'number') native.clearTimer(id);
    };
    const [setTimeout, setInterval] = [timer(false), timer(true)];
    methods(globalThis, {
        setTimeout: { setTimeout(...all) { return apply(setTimeout, undefined, all); } }.setTimeout,
        setInterval: { setInterval(...all) { return apply(setInterval, undefined, all); } }.setInterval,
        clearTimeout: { clearTimeout(id) { clear(id); } }.clearTimeout,
        clearInterval: { clearInterval(id) { clear(id); } }.clearInterval,
        queueMicrotask: {
            queueMicrotask(callback) {
                if (typeof callback !== 'function') throw new errors.TypeError('queueMicrotask needs a function');
                then(resolved, () => {
                    try {
                        callback();
                    } catch (error) {
                        native.report(error);
                    }
                });
            },
        }.queueMicrotask,
    });

    // Stacks with places in the files as they were written. The engine's own hook would run script for each error, and not
    // at all where the stack is used up.
    Error.stackTraceLimit = 50;
    delete Error.prepareStackTrace;
    const setStack = (target, value) => hide(target, 'stack', value);
    defineProperty(Error.prototype, 'stack', {
        get() { return native.kind(this) === 4 ? native.stack(this) : undefined; },
        set(value) { setStack(this, value); },
        enumerable: false,
        configurable: true,
    });
    hide(Error, 'captureStackTrace', {
        captureStackTrace(target) {
            if (!isObject(target)) throw new errors.TypeError('Error.captureStackTrace needs an object');
            setStack(target, native.stack(new errors.Error(), native.message(target)));
        },
    }.captureStackTrace);

    kit.error = (name, message) => new (hasOwn(errors, name) ? errors[name] : errors.Error)(message);
    kit.stackOf = error => stackText(error);
    kit.capture = () => stackText(new errors.Error());

    // `require` of a file: `load` gives the exports of a module, or throws; `arrive` gives a promise where it has to come first.
    kit.require = (load, arrive) => {
        const named = (id, error) => {
            if (error !== null && typeof error === 'object') {
                const message = native.message(error);
                error.mod = id;
                error.errMsg = message;
            }
            return error;
        };
        const later = id => then(arrive(id) || resolved, () => {
            try {
                return load(id);
            } catch (error) {
                throw named(id, error);
            }
        }, error => { throw named(id, error); });
        const made = {
            require(id, done, failed) {
                if (typeof id !== 'string') throw new errors.TypeError('require needs the path of a module');
                // With callbacks it is that of another subpackage, which may come later.
                if (typeof done === 'function') {
                    then(later(id), done, typeof failed === 'function' ? failed : undefined);
                    return undefined;
                }
                return load(id);
            },
        }.require;
        made.async = { async(id) { return later(text(id)); } }.async;
        return made;
    };
})
