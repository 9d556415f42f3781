// What the rest of the prelude works with: built-ins as they are before script can replace them. All of it runs once, before
// anything else; what runs later takes nothing from what script can change, iterators included.
(function (lengthOf) {
    'use strict';
    const call = Function.prototype.call;
    const uncurry = call.bind.bind(call);
    const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf, keys: objectKeys } = Object;
    const { apply, construct, ownKeys } = Reflect;
    const errors = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };
    const text = String;
    const { isArray } = Array;
    const hide = (target, name, value) =>
        defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
    return {
        uncurry, apply, construct, ownKeys, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf, objectKeys,
        errors, text, isArray, hide, lengthOf,
        hasOwn: uncurry(Object.prototype.hasOwnProperty),
        slice: uncurry(String.prototype.slice),
        then: uncurry(Promise.prototype.then),
        resolved: Promise.resolve(),
        getter: (object, name) => uncurry(getOwnPropertyDescriptor(object, name).get),
        /** Defines methods that enumeration does not show; they cannot be constructed, as built-in ones. */
        methods: (target, made) => {
            for (const name of objectKeys(made)) hide(target, name, made[name]);
        },
        /** Items of an array that one call walks. */
        ITEMS: 1 << 24,
        /** True for what can have fields. */
        isObject: value => value !== null && (typeof value === 'object' || typeof value === 'function'),
    };
})
