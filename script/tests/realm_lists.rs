//! Built-ins that walk over lists: what only says that it is long is no walk without end, and everything else is as the standard
//! has it.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod support;

use pellicle_script::realm::ScriptEngine;
use support::engine::engine;
use support::{eval, on_logic_thread};

#[test]
fn lists_that_only_say_that_they_are_long_are_refused_at_once() {
    on_logic_thread(|| {
        let long = "{ length: 2 ** 53 - 2, [Symbol.isConcatSpreadable]: true }";
        let far = "(() => { const a = [1]; a[4e9] = 2; return a })()";
        for list in [long, far, "new Proxy([], { get: (list, name) => name === 'length' ? 1e10 : list[name] })"] {
            for call in [
                "concat",
                "copyWithin:1,0",
                "flatMap:x => x",
                "reverse",
                "slice",
                "splice:0,1",
                "splice:1,0,5",
                "unshift:1",
            ] {
                let (name, arguments) = call.split_once(':').unwrap_or((call, ""));
                let text = format!(
                    "(() => {{ try {{ return Array.prototype.{name}.apply({list}, [{arguments}]) }} catch (e) {{ return e.name }} }})()"
                );
                assert_eq!(eval(&text), "\"RangeError\"", "{text}");
            }
        }
        let tried =
            |call: &str| eval(&format!("(() => {{ try {{ return {call} }} catch (e) {{ return e.name }} }})()"));
        assert_eq!(tried(&format!("[1].concat(2, {})", long.replace("53", "40"))), "\"RangeError\"");
        assert_eq!(tried("String.raw({ raw: { length: 2 ** 53 - 1 } })"), "\"RangeError\"");
        if engine() == ScriptEngine::QuickJs {
            assert_eq!(tried(&format!("[1].flatMap(() => {far})")), "\"RangeError\"");
            // Many that are long enough are too long together.
            let many = "(() => { const a = []; a.length = 1 << 24; return [].concat(...new Array(1000).fill(a)) })()";
            assert_eq!(tried(many), "\"RangeError\"");
        }
    });
}

#[test]
fn what_is_no_plain_array_is_walked_over_as_the_standard_has_it() {
    on_logic_thread(|| {
        for (call, gives) in [
            (
                "[].concat([1], 'two', { a: 3 }, [[4]], (function () { return arguments })(5))",
                r#"[1,"two",{"a":3},[4],{"0":5}]"#,
            ),
            ("[1].concat({ length: 2, 0: 'a', [Symbol.isConcatSpreadable]: true }).length", "3"),
            ("(() => { const a = [1, 2]; a[Symbol.isConcatSpreadable] = false; return [0].concat(a).length })()", "2"),
            ("Array.prototype.slice.call((function () { return arguments })(1, 2, 3), 1)", "[2,3]"),
            ("Array.prototype.slice.call('text', -2)", r#"["x","t"]"#),
            ("Array.prototype.slice.call(new Uint8Array([1, 2, 3]), 1, -1)", "[2]"),
            ("Array.prototype.slice.call(new Proxy([1, , 3], {}), 0).hasOwnProperty(1)", "false"),
            (
                "(() => { const o = { length: 3, 0: 'a', 2: 'c' }; const out = Array.prototype.splice.call(o, 1, 1, 'x', 'y'); return [out.length, o] })()",
                r#"[1,{"0":"a","1":"x","2":"y","3":"c","length":4}]"#,
            ),
            (
                "(() => { const o = { get length() { return 3 }, set length(n) { this.n = n }, 0: 'a', 2: 'c' }; const out = Array.prototype.splice.call(o, 1, 1); return [out.length, o.n, o[1]] })()",
                r#"[1,2,"c"]"#,
            ),
            (
                "(() => { const p = new Proxy([1, , 3], {}); p.reverse(); p.unshift(0); return [p, p.shift(), p] })()",
                "[[3,null,1],0,[3,null,1]]",
            ),
            (
                "(() => { const p = new Proxy([1, 2, 3, 4, 5], {}); return [p.copyWithin(1, 0, 3), p.copyWithin(0, 3)] })()",
                "[[3,5,2,3,5],[3,5,2,3,5]]",
            ),
            ("[1, 2].flatMap(function (x) { return [x, [this.y], , x * 10] }, { y: 7 })", "[1,[7],10,2,[7],20]"),
            ("[1, , 2].flatMap((x, i, all) => [i, all.length])", "[0,3,2,3]"),
            ("class extends Array {}.from([3, 4]).slice(1).constructor === Array", "false"),
            (
                "(() => { class L extends Array {} const l = L.from([1, 2]); return [l.concat(3) instanceof L, l.flatMap(x => x) instanceof L, new Proxy(l, {}).slice() instanceof L] })()",
                "[true,true,true]",
            ),
            (
                "String.raw`a\\n${1}b${2}` + String.raw({ raw: 'xyz' }, 0, '-', 9) + String.raw({ raw: [] }, 1)",
                r#""a\\n1b2x0y-z""#,
            ),
            (
                "[Array.prototype.concat, Array.prototype.copyWithin, Array.prototype.flatMap, Array.prototype.reverse, Array.prototype.slice, Array.prototype.splice, Array.prototype.unshift, String.raw].map(f => f.name + f.length).join()",
                r#""concat1,copyWithin2,flatMap1,reverse0,slice2,splice2,unshift1,raw1""#,
            ),
        ] {
            assert_eq!(eval(call), gives, "{call}");
        }
        if engine() == ScriptEngine::Boa {
            return;
        }
        for (call, gives) in [
            // Only as much is walked over as is wanted, wherever that is.
            ("Array.prototype.slice.call({ length: 2 ** 53 - 1, [2 ** 53 - 3]: 'x' }, -2)", r#"["x",null]"#),
            (
                "(() => { const o = { length: 2 ** 53 - 1 }; return [Array.prototype.unshift.call(o), o.length] })()",
                "[9007199254740991,9007199254740991]",
            ),
            (
                "(() => { try { Array.prototype.unshift.call({ length: 2 ** 53 - 1 }, 1) } catch (e) { return e.name } })()",
                r#""TypeError""#,
            ),
        ] {
            assert_eq!(eval(call), gives, "{call}");
        }
        // `length` is asked for once, and nothing else than the standard says.
        let told = "(() => { const told = []; const p = new Proxy([1, 2], { get(list, name) { told.push(String(name)); return list[name] }, \
            has(list, name) { told.push('?' + String(name)); return name in list } }); p.slice(); [].concat(p); return told.join(' ') })()";
        assert_eq!(
            eval(told),
            "\"slice length constructor ?0 0 ?1 1 Symbol(Symbol.isConcatSpreadable) length ?0 0 ?1 1\""
        );
    });
}
