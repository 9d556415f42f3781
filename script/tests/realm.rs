//! The realm: values across the boundary, faults, timers, globals.

mod support;

use pellicle_script::realm::{
    DataError, DataLimits, DynamicObject, FaultKind, NativeFunction, PathSegment, Realm, ScriptEngine, ScriptFault,
    ScriptKind, ScriptRef,
};
use pellicle_script::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use support::engine::engine;
use support::{Bench, eval, fault, on_logic_thread};

fn script(value: &Value) -> ScriptRef {
    match value {
        Value::Script(script) => script.clone(),
        other => panic!("{other:?} is not a handle"),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        other => panic!("{other:?} is not a text"),
    }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        other => panic!("{other:?} is not a number"),
    }
}

#[test]
fn primitives_cross_by_value_and_data_as_fresh_copies() {
    on_logic_thread(|| {
        let mut bench = Bench::new([("main.js", "module.exports = x => x")]);
        let identity = script(&bench.realm.require("main").unwrap());
        for value in [
            Value::Null,
            Value::Bool(true),
            Value::Number(1.5),
            Value::Number(-0.0),
            Value::Number(3e9),
            Value::string("héllo 中文 🙂"),
            Value::string("plain"),
        ] {
            let back = bench.realm.call(&identity, &Value::Undefined, std::slice::from_ref(&value)).unwrap();
            assert_eq!(format!("{back:?}"), format!("{value:?}"));
        }
        let data = Value::object([("a", Value::array(vec![Value::Number(1.0), Value::Undefined])), ("b", Value::Null)]);
        let back = bench.realm.call(&identity, &Value::Undefined, &[data]).unwrap();
        assert_eq!(bench.json(&back), r#"{"a":[1,null],"b":null}"#);
        assert_eq!(bench.realm.kind(&script(&back)), ScriptKind::Object);
    });
}

#[test]
fn native_functions_call_back_into_script() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "module.exports = { run: () => twice(x => x + host.base), host: { base: 10 } }; global.host = exports.host || module.exports.host",
        )]);
        let exports = script(&bench.realm.require("main").unwrap());
        let twice: NativeFunction = Rc::new(|realm, _, arguments| {
            let f = match &arguments[0] {
                Value::Script(f) => f.clone(),
                _ => return Err(ScriptFault::type_error("not a function")),
            };
            let once = realm.call(&f, &Value::Undefined, &[Value::Number(1.0)])?;
            realm.call(&f, &Value::Undefined, &[once])
        });
        let twice = bench.realm.function("twice", 1, twice);
        bench.realm.set_global("twice", Value::Script(twice)).unwrap();
        let run = script(&bench.realm.get(&exports, "run").unwrap());
        assert_eq!(number(&bench.realm.call(&run, &Value::Undefined, &[]).unwrap()), 21.0);
    });
}

#[test]
fn faults_cross_natives_in_both_directions() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "exports.caught = () => { try { fail() } catch (e) { return [e instanceof TypeError, e.message] } };\n\
             exports.object = () => { try { failObject() } catch (e) { return e.errMsg } };\n\
             exports.through = () => pass(() => { throw new RangeError('deep') });\n\
             exports.thrown = () => { throw { errMsg: 'x:fail' } };",
        )]);
        let exports = script(&bench.realm.require("main").unwrap());
        let fail: NativeFunction = Rc::new(|_, _, _| Err(ScriptFault::type_error("no good")));
        let fail_object: NativeFunction = Rc::new(|_, _, _| {
            let value = Value::object([("errMsg", Value::string("api:fail"))]);
            Err(ScriptFault { value, ..ScriptFault::error("Error", "") })
        });
        let pass: NativeFunction = Rc::new(|realm, _, a| realm.call(&script(&a[0]), &Value::Undefined, &[]));
        for (name, call) in [("fail", fail), ("failObject", fail_object), ("pass", pass)] {
            let function = bench.realm.function(name, 0, call);
            bench.realm.set_global(name, Value::Script(function)).unwrap();
        }
        let mut call = |name: &str| {
            let function = script(&bench.realm.get(&exports, name).unwrap());
            let result = bench.realm.call(&function, &Value::Undefined, &[]);
            result.map(|value| bench.json(&value))
        };
        assert_eq!(call("caught").unwrap(), r#"[true,"no good"]"#);
        assert_eq!(call("object").unwrap(), r#""api:fail""#);
        let through = call("through").unwrap_err();
        assert_eq!((through.kind, through.message.as_str()), (FaultKind::Exception, "RangeError: deep"));
        assert_eq!((through.stack[0].file.as_str(), through.stack[0].line), ("main.js", 3));
        assert_eq!(call("thrown").unwrap_err().message, "x:fail");
    });
}

#[test]
fn faults_name_file_line_and_column_as_written() {
    on_logic_thread(|| {
        let first_line = fault("  nothing.here");
        assert_eq!(first_line.message, "ReferenceError: nothing is not defined");
        let place = &first_line.stack[0];
        assert_eq!((place.file.as_str(), place.line), ("main.js", 1));
        assert!((1..=12).contains(&place.column), "{place:?}");
        let later = fault("function f() {\n  null.x\n}\nf()");
        assert_eq!((later.stack[0].line, later.stack[0].function.as_str()), (2, "f"));
        assert_eq!(later.stack[1].line, 4);
    });
}

#[test]
fn the_stack_text_begins_with_the_message() {
    on_logic_thread(|| {
        let stack = eval("(() => { try { null.x } catch (e) { return e.stack } })()");
        assert!(stack.starts_with("\"TypeError: "), "{stack}");
        assert!(stack.contains("main.js:1:"), "{stack}");
        assert_eq!(eval("(o => (Error.captureStackTrace(o), typeof o.stack))({})"), "\"string\"");
        assert_eq!(eval("(e => (e.stack = 'mine', e.stack))(new Error('a'))"), "\"mine\"");
    });
}

#[test]
fn accessors_definitions_and_prototypes_work_as_in_script() {
    on_logic_thread(|| {
        let mut bench =
            Bench::new([("main.js", "module.exports = o => [Object.keys(o), o.x, o.hidden, o.base, (o.x = 5, o.x)]")]);
        let check = script(&bench.realm.require("main").unwrap());
        let prototype = bench.realm.object(None);
        bench.realm.set(&prototype, "base", Value::Number(7.0)).unwrap();
        let object = bench.realm.object(Some(&prototype));
        bench.realm.define(&object, "hidden", Value::Bool(true), true).unwrap();
        let cell = Rc::new(Cell::new(1.0));
        let (get, set) = (cell.clone(), cell.clone());
        let get: NativeFunction = Rc::new(move |_, _, _| Ok(Value::Number(get.get())));
        let set: NativeFunction = Rc::new(move |_, _, a| {
            set.set(number(&a[0]) * 2.0);
            Ok(Value::Undefined)
        });
        bench.realm.define_accessor(&object, "x", get, Some(set)).unwrap();
        let result = bench.realm.call(&check, &Value::Undefined, &[Value::Script(object.clone())]).unwrap();
        assert_eq!(bench.json(&result), r#"[["x"],1,true,7,10]"#);
        assert_eq!(bench.realm.keys(&object).unwrap(), ["x"]);
        assert!(bench.realm.same(&object, &object.clone()));
        assert!(!bench.realm.same(&object, &prototype));
    });
}

#[test]
fn dynamic_objects_make_fields_on_demand_and_keep_what_script_sets() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "module.exports = d => [d.alpha, d.unknown, 'alpha' in d, 'zeta' in d, Object.keys(d), (d.own = 3, d.own), \
             Object.keys(d), typeof d.hasOwnProperty, d.hasOwnProperty('alpha'), { ...d }.alpha, typeof d]",
        )]);
        let check = script(&bench.realm.require("main").unwrap());
        let dynamic = bench.realm.dynamic(DynamicObject {
            get: Rc::new(|_, name| Ok((name == "alpha").then(|| Value::Number(1.0)))),
            keys: Rc::new(|| vec!["alpha".to_owned()]),
            call: None,
        });
        let result = bench.realm.call(&check, &Value::Undefined, &[Value::Script(dynamic)]).unwrap();
        assert_eq!(
            bench.json(&result),
            r#"[1,null,true,false,["alpha"],3,["alpha","own"],"function",true,1,"object"]"#
        );
    });
}

#[test]
fn a_callable_dynamic_object_can_be_called_constructed_and_printed() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "module.exports = b => [typeof b, b(1, 2), typeof new b(), `[${b}]`, b + '', typeof b.then, typeof b.deep.er()]",
        )]);
        let check = script(&bench.realm.require("main").unwrap());
        fn blackhole(realm: &mut dyn Realm) -> ScriptRef {
            realm.dynamic(DynamicObject {
                get: Rc::new(|realm, name| Ok((name != "then").then(|| Value::Script(blackhole(realm))))),
                keys: Rc::new(Vec::new),
                call: Some(Rc::new(|realm, _, a| match a {
                    [Value::Number(a), Value::Number(b)] => Ok(Value::Number(a + b)),
                    _ => Ok(Value::Script(blackhole(realm))),
                })),
            })
        }
        let hole = blackhole(&mut *bench.realm);
        let result = bench.realm.call(&check, &Value::Undefined, &[Value::Script(hole)]).unwrap();
        assert_eq!(bench.json(&result), r#"["function",3,"function","[]","","undefined","function"]"#);
    });
}

#[test]
fn data_keeps_what_json_keeps_and_names_the_path_of_what_it_refuses() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "const cyc = { a: { b: [] } }; cyc.a.b.push(cyc);\n\
             let deep = {}; for (let i = 0; i < 300; i++) deep = { deep };\n\
             module.exports = { ok: { d: new Date(0), s: Symbol('x'), u: undefined, f() {}, n: [1, , 3], 2: 'two', big: 10n,\n\
               get g() { return 1 }, m: new Map([[1, 2]]), r: /x/ }, cyc, deep,\n\
               bad: { list: [{ get x() { throw new Error('boom') } }] }, huge: new Array(4294967295),\n\
               proxy: new Proxy({ a: 1 }, {}), typed: new Uint8Array([7, 8]) }",
        )]);
        let exports = script(&bench.realm.require("main").unwrap());
        let mut data = |name: &str, limits: DataLimits| {
            let value = bench.realm.get(&exports, name).unwrap();
            bench.realm.to_data(&value, &limits).map(|data| {
                let Value::Object(fields) = &data else { panic!("{data:?}") };
                let shown: Vec<String> = fields
                    .borrow()
                    .iter()
                    .map(|(name, value)| match value {
                        Value::Array(items) => format!("{name}:{:?}", items.borrow()),
                        Value::Object(fields) => format!("{name}:{{{}}}", fields.borrow().len()),
                        value => format!("{name}:{value:?}"),
                    })
                    .collect();
                shown.join(" ")
            })
        };
        let json = DataLimits { keep_functions: false, ..DataLimits::default() };
        assert_eq!(
            data("ok", json).unwrap(),
            "2:String(\"two\") d:String(\"1970-01-01T00:00:00.000Z\") u:Undefined \
             n:[Number(1.0), Undefined, Number(3.0)] big:String(\"10\") g:Number(1.0) m:{0} r:{0}"
        );
        let kept = data("ok", DataLimits { keep_dates: true, ..DataLimits::default() }).unwrap();
        assert!(kept.contains("d:Script(ScriptRef)") && kept.contains("f:Script(ScriptRef)"), "{kept}");
        assert_eq!(data("cyc", json).unwrap_err(), DataError::Cycle { path: "a.b[0]".into() });
        assert!(matches!(data("deep", json).unwrap_err(), DataError::Depth { limit: 200, .. }));
        let threw = data("bad", json).unwrap_err();
        assert_eq!(threw, DataError::Threw { path: "list[0]".into(), message: "Error: boom".into() });
        assert_eq!(data("huge", json).unwrap_err(), DataError::Size { limit: 16 << 20 });
        assert_eq!(data("proxy", json).unwrap(), "a:Number(1.0)");
        assert_eq!(data("typed", json).unwrap(), "0:Number(7.0) 1:Number(8.0)");
    });
}

#[test]
fn paths_are_read_and_written_as_set_data_does() {
    on_logic_thread(|| {
        let mut bench =
            Bench::new([("main.js", "module.exports = { a: { b: [1, { c: 2 }] }, s: 'text', n: null, f() {} }")]);
        let object = script(&bench.realm.require("main").unwrap());
        let field = |name: &str| PathSegment::Field(name.into());
        let read = |bench: &mut Bench, path: &[PathSegment]| bench.realm.read_path(&object, path).unwrap();
        assert_eq!(number(&read(&mut bench, &[field("a"), field("b"), PathSegment::Index(1), field("c")])), 2.0);
        assert!(matches!(read(&mut bench, &[field("n"), field("x"), field("y")]), Value::Undefined));
        assert_eq!(number(&read(&mut bench, &[field("s"), field("length")])), 4.0);
        for (path, value) in [
            (vec![field("a"), field("b"), PathSegment::Index(3)], 9.0),
            (vec![field("n"), PathSegment::Index(0), field("x")], 1.0),
            (vec![field("s"), field("y")], 2.0),
            (vec![field("f"), field("z")], 3.0),
            (vec![field("new"), PathSegment::Index(1)], 4.0),
        ] {
            bench.realm.write_path(&object, &path, Value::Number(value)).unwrap();
        }
        assert_eq!(
            bench.json(&Value::Script(object.clone())),
            r#"{"a":{"b":[1,{"c":2},null,9]},"s":{"y":2},"n":[{"x":1}],"f":{"z":3},"new":[null,4]}"#
        );
    });
}

#[test]
fn copies_are_deep_for_data_and_shared_for_the_rest() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "class P { constructor() { this.x = 1 } m() {} }\n\
             const o = { f() {}, d: new Date(5), p: new P(), m: new Map(), l: [[1]], px: new Proxy({ k: [1] }, {}) };\n\
             const c = {}; c.self = c;\n\
             exports.o = o; exports.c = c;\n\
             exports.check = n => [n !== o, n.f === o.f, n.d !== o.d, +n.d, n.p instanceof P, n.p.x, n.m === o.m, n.l[0] !== o.l[0], n.l, n.px.k]",
        )]);
        let exports = script(&bench.realm.require("main").unwrap());
        let object = bench.realm.get(&exports, "o").unwrap();
        let copy = bench.realm.copy(&object).unwrap();
        let check = script(&bench.realm.get(&exports, "check").unwrap());
        let result = bench.realm.call(&check, &Value::Undefined, &[copy]).unwrap();
        assert_eq!(bench.json(&result), "[true,true,true,5,false,1,true,true,[[1]],[1]]");
        let cyclic = bench.realm.get(&exports, "c").unwrap();
        assert!(bench.realm.copy(&cyclic).unwrap_err().message.starts_with("RangeError"));
    });
}

#[test]
fn kinds_buffers_and_promises() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "module.exports = { f() {}, a: [], d: new Date(), r: /x/, p: Promise.resolve(), e: new Error(), b: new ArrayBuffer(2),\n\
             t: new Uint16Array([258, 3]).subarray(1), o: {}, s: Symbol(), n: 1n, pa: new Proxy([], {}), c: class {},\n\
             view: new DataView(new Uint8Array([1, 2, 3]).buffer, 1), len: b => b.byteLength, chain: p => p.then(v => v * 2) }",
        )]);
        let exports = script(&bench.realm.require("main").unwrap());
        let mut get = |name: &str| bench.realm.get(&exports, name).unwrap();
        let names = ["f", "a", "d", "r", "p", "e", "b", "t", "o", "s", "n", "pa", "c", "view"];
        let values: Vec<ScriptRef> = names.iter().map(|name| script(&get(name))).collect();
        let kinds: Vec<ScriptKind> = values.iter().map(|value| bench.realm.kind(value)).collect();
        use ScriptKind::*;
        assert_eq!(
            kinds,
            [
                Function,
                Array,
                Date,
                RegExp,
                Promise,
                Error,
                ArrayBuffer,
                ArrayBuffer,
                Object,
                Symbol,
                BigInt,
                Array,
                Function,
                ArrayBuffer
            ]
        );
        assert_eq!(bench.realm.bytes(&values[7]), Some(vec![3, 0]));
        assert_eq!(bench.realm.bytes(&values[13]), Some(vec![2, 3]));
        assert_eq!(bench.realm.bytes(&values[8]), None);
        let buffer = bench.realm.array_buffer(&[1, 2, 3]);
        assert_eq!(bench.realm.bytes(&buffer), Some(vec![1, 2, 3]));
        let length = script(&bench.realm.get(&exports, "len").unwrap());
        let length = bench.realm.call(&length, &Value::Undefined, &[Value::Script(buffer)]).unwrap();
        assert_eq!(number(&length), 3.0);

        let (promise, resolve, _) = bench.realm.promise();
        let chain = script(&bench.realm.get(&exports, "chain").unwrap());
        let chained = bench.realm.call(&chain, &Value::Undefined, &[Value::Script(promise)]).unwrap();
        bench.realm.set_global("chained", chained).unwrap();
        bench.realm.call(&resolve, &Value::Undefined, &[Value::Number(4.0)]).unwrap();
        let seen = Rc::new(RefCell::new(None));
        let keep = seen.clone();
        let observe: NativeFunction = Rc::new(move |_, _, a| {
            *keep.borrow_mut() = Some(number(&a[0]));
            Ok(Value::Undefined)
        });
        let observe = bench.realm.function("observe", 1, observe);
        let chained = script(&bench.realm.global("chained").unwrap());
        let then = script(&bench.realm.get(&chained, "then").unwrap());
        bench.realm.call(&then, &Value::Script(chained), &[Value::Script(observe)]).unwrap();
        assert!(bench.realm.run_jobs(100));
        assert_eq!(*seen.borrow(), Some(8.0));
    });
}

#[test]
fn timers_run_by_due_time_then_by_age_with_their_jobs() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "const log = global.log = [];\n\
             setTimeout(() => { log.push('t0'); Promise.resolve().then(() => log.push('t0 job')) }, 0);\n\
             setTimeout(x => log.push('t1 ' + x), 1, 'arg');\n\
             setTimeout(() => log.push('t10'), 10);\n\
             const gone = setTimeout(() => log.push('gone'), 5); clearTimeout(gone); clearTimeout('nothing'); clearTimeout();\n\
             let n = 0; const id = setInterval(() => { log.push('i' + ++n); if (n === 3) clearInterval(id) }, 4);\n\
             setTimeout(() => { throw new Error('timer fault') }, 2);\n\
             queueMicrotask(() => log.push('micro'));\n\
             log.push('sync')",
        )]);
        bench.realm.require("main").unwrap();
        bench.settle(100.0);
        let log = bench.realm.global("log").unwrap();
        assert_eq!(bench.json(&log), r#"["sync","micro","t0","t0 job","t1 arg","i1","i2","t10","i3"]"#);
        let faults = bench.sink.faults.borrow();
        assert_eq!(
            (faults.len(), faults[0].0.as_str(), faults[0].1.message.as_str()),
            (1, "timer", "Error: timer fault")
        );
        assert_eq!(bench.realm.next_timer(), None);
    });
}

#[test]
fn native_timers_run_among_those_of_script() {
    on_logic_thread(|| {
        let mut bench = Bench::new([("main.js", "global.log = []; setTimeout(() => log.push('script'), 10)")]);
        bench.realm.require("main").unwrap();
        let call: NativeFunction = Rc::new(|realm, _, _| {
            let log = script(&realm.global("log")?);
            let push = script(&realm.get(&log, "push")?);
            realm.call(&push, &Value::Script(log), &[Value::string("native")])
        });
        bench.realm.set_timer(10.0, call.clone());
        bench.realm.set_timer(3.0, call);
        bench.settle(50.0);
        let log = bench.realm.global("log").unwrap();
        assert_eq!(bench.json(&log), r#"["native","script","native"]"#);
    });
}

#[test]
fn rejections_are_reported_when_nothing_handles_them() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "Promise.reject(new Error('lost'));\nconst p = Promise.reject(1); Promise.resolve().then(() => p.catch(() => {}));\n\
             (async () => { throw { errMsg: 'x:fail' } })()",
        )]);
        bench.realm.require("main").unwrap();
        bench.settle(0.0);
        let faults = bench.sink.faults.borrow();
        let seen: Vec<(&str, &str)> = faults.iter().map(|(c, f)| (c.as_str(), f.message.as_str())).collect();
        assert_eq!(seen, [("unhandledrejection", "Error: lost"), ("unhandledrejection", "x:fail")]);
    });
}

#[test]
fn a_storm_of_jobs_is_drained_in_portions() {
    on_logic_thread(|| {
        let mut bench = Bench::new([("main.js", "(function f() { Promise.resolve().then(f) })()")]);
        bench.realm.require("main").unwrap();
        assert!(!bench.realm.run_jobs(1000));
        assert!(!bench.realm.run_jobs(1000));
    });
}

#[test]
fn the_console_prints_without_running_script() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "console.log('a', 1, { b: [1, 'x', null, undefined], get g() { throw 1 } }, [function f() {}], new Date(0), /r/g);\n\
             console.warn('%s is %d years, %c100%', 'Tom', 4, 'css', 'rest');\n\
             const c = {}; c.c = c; console.error(c, Symbol('s'), 10n, new Map([[1, 2]]), new Set([1]));\n\
             console.info(new TypeError('bad'));\n\
             console.group('G'); console.debug('in'); console.groupEnd(); console.count(); console.count();\n\
             console.assert(true, 'no'); console.assert(1 > 2, 'yes'); console.time('t'); console.timeEnd('t');\n\
             console.log(); console.log({ a: { b: { c: { d: { e: 1 } } } } }); console.log(new Proxy({}, { get() { throw 1 } }))",
        )]);
        bench.realm.require("main").unwrap();
        let lines = bench.sink.console.borrow();
        let text: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            text[0],
            r#"a 1 {"b":[1,"x",null,undefined],"g":[Getter]} [[Function: f]] 1970-01-01T00:00:00.000Z /r/g"#
        );
        assert_eq!(lines[1], ("warn", "Tom is 4 years, 100% rest".to_owned()));
        assert_eq!(text[2], r#"{"c":[Circular]} Symbol(s) 10n [Map(1)] [Set(1)]"#);
        assert!(text[3].starts_with("TypeError: bad\n    at "), "{}", text[3]);
        assert_eq!(
            &text[4..],
            [
                "G",
                "  in",
                "default: 1",
                "default: 2",
                "Assertion failed: yes",
                "t: 0.000ms",
                "",
                r#"{"a":{"b":{"c":{"d":[Object]}}}}"#,
                "[Proxy]"
            ]
        );
    });
}

#[test]
fn the_global_object_is_that_of_a_mini_program() {
    on_logic_thread(|| {
        assert_eq!(
            eval(
                "[typeof WeakRef, typeof SharedArrayBuffer, typeof Atomics, typeof FinalizationRegistry, typeof window, \
                 typeof document, typeof self, typeof navigator, typeof global, typeof globalThis, global === globalThis, \
                 typeof console.log, typeof Intl, typeof require, typeof fetch]"
            ),
            r#"["undefined","undefined","undefined","undefined","undefined","undefined","undefined","undefined","object","object",true,"function","undefined","function","undefined"]"#
        );
        assert_eq!(eval("Function('return this')() === globalThis"), "true");
        for code in [
            "eval('1')",
            "(0, eval)('1')",
            "new Function('a', 'return a')",
            "(() => {}).constructor('return 1')",
            "(async () => {}).constructor('return this; 1')",
            "(function* () {}).constructor('yield 1')",
        ] {
            assert!(fault(code).message.starts_with("EvalError"), "{code}");
        }
    });
}

#[test]
fn random_numbers_come_from_the_host() {
    on_logic_thread(|| {
        // The first numbers of mulberry32 with seed 1.
        assert_eq!(eval("[Math.random(), Math.random()].map(n => +n.toFixed(6))"), "[0.627074,0.002736]");
        assert_eq!(
            eval("[Date.now(), new Date().getHours(), new Date().getTimezoneOffset()]"),
            "[1705284000000,10,-480]"
        );
    });
}

#[test]
fn endless_recursion_ends_with_an_exception_and_the_realm_lives_on() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "exports.forms = [() => { (function f() { f() })() }, () => { const f = () => [1].map(f); f() },\n\
             () => { const o = { get x() { return this.x } }; o.x }, () => { const o = { toJSON() { return JSON.stringify(o) } }; JSON.stringify(o) },\n\
             () => { const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.x }, () => { class A { constructor() { new A() } } new A() },\n\
             () => { const f = () => 'a'.replace(/a/, f); f() }, () => { const f = () => [2, 1].sort(f); f() },\n\
             () => { const f = (...a) => f.apply(null, a); f() }, () => { const f = () => Reflect.apply(f, null, []); f() },\n\
             () => { function* g() { yield* g() } [...g()] }, () => { const f = () => JSON.parse('[1]', f); f() },\n\
             () => { const f = () => Object.keys(new Proxy({}, { ownKeys: f })); f() }, () => { const f = () => new Date({ valueOf: f }); f() }];\n\
             exports.fine = () => 'fine'",
        )]);
        let exports = script(&bench.realm.require("main").unwrap());
        let forms = script(&bench.realm.get(&exports, "forms").unwrap());
        let fine = script(&bench.realm.get(&exports, "fine").unwrap());
        let length = bench.realm.length(&forms).unwrap();
        for index in 0..length {
            let form = script(&bench.realm.get_index(&forms, index).unwrap());
            let fault = bench.realm.call(&form, &Value::Undefined, &[]).unwrap_err();
            assert_eq!(fault.kind, FaultKind::Exception, "{index}: {}", fault.message);
            assert_eq!(text(&bench.realm.call(&fine, &Value::Undefined, &[]).unwrap()), "fine");
        }
    });
}

/// What an exception leaves on its way out to the host must not fill the engine's stack, however often it happens.
#[test]
fn exceptions_that_nothing_catches_leave_nothing_behind() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "const deep = (a, b, c) => { const list = [a, b, c]; throw new TypeError('out of ' + list) };\n\
             class Made { constructor() { deep(7, 8, 9) } }\n\
             let ticks = 0;\n\
             exports.throws = () => deep(1, 2, 3);\n\
             exports.Made = Made;\n\
             exports.job = () => { Promise.resolve().then(() => deep(4, 5, 6)).catch(() => { ticks += 1; deep(0, 0, 0) }) };\n\
             exports.timer = () => { setTimeout(() => { ticks += 1; deep(4, 5, 6) }) };\n\
             exports.ticks = () => ticks",
        )]);
        let exports = script(&bench.realm.require("main").unwrap());
        let [throws, made, job, timer, ticks] =
            ["throws", "Made", "job", "timer", "ticks"].map(|name| script(&bench.realm.get(&exports, name).unwrap()));
        let call = |bench: &mut Bench, function: &ScriptRef| bench.realm.call(function, &Value::Undefined, &[]);
        // The stack has room for 262,144 values, and each exception left more than eight.
        for round in 0..40_000 {
            let fault = call(&mut bench, &throws).unwrap_err();
            assert_eq!(fault.message, "TypeError: out of 1,2,3", "{round}");
            assert_eq!(bench.realm.construct(&made, &[]).unwrap_err().message, "TypeError: out of 7,8,9", "{round}");
        }
        for _ in 0..40_000 {
            call(&mut bench, &job).unwrap();
            call(&mut bench, &timer).unwrap();
            bench.settle(5.0);
        }
        assert_eq!(number(&call(&mut bench, &ticks).unwrap()), 80_000.0);
        let fault = call(&mut bench, &throws).unwrap_err();
        let places: Vec<(&str, u32)> = fault.stack.iter().map(|frame| (frame.file.as_str(), frame.line)).collect();
        assert_eq!(places, [("main.js", 1), ("main.js", 4)]);
    });
}

#[test]
fn handles_of_another_realm_are_refused() {
    on_logic_thread(|| {
        let mut one = Bench::new([]);
        let mut other = Bench::new([]);
        let object = one.realm.object(None);
        assert!(other.realm.get(&object, "x").unwrap_err().message.contains("another realm"));
        assert!(!other.realm.same(&object, &object));
        drop(one);
        assert!(other.realm.set(&object, "x", Value::Null).is_err());
    });
}

#[test]
fn state_of_dead_native_functions_is_dropped() {
    on_logic_thread(|| {
        let mut bench = Bench::new([]);
        let witness = Rc::new(());
        for _ in 0..10 {
            let (held, object) = (witness.clone(), bench.realm.object(None));
            let function: NativeFunction = Rc::new(move |_, _, _| {
                let _ = (&held, &object);
                Ok(Value::Undefined)
            });
            drop(bench.realm.function("f", 0, function));
        }
        // QuickJS counts references, Boa collects.
        if engine() == ScriptEngine::Boa {
            assert_eq!(Rc::strong_count(&witness), 11);
            boa_gc::force_collect();
        }
        bench.realm.object(None);
        assert_eq!(Rc::strong_count(&witness), 1);
    });
}

#[test]
fn collecting_at_idle_frees_what_script_dropped() {
    on_logic_thread(|| {
        let mut bench = Bench::new([("main.js", "module.exports = b => { global.last = b }")]);
        let keep = script(&bench.realm.require("main").unwrap());
        for _ in 0..40 {
            let buffer = bench.realm.array_buffer(&vec![7; 1 << 20]);
            bench.realm.call(&keep, &Value::Undefined, &[Value::Script(buffer)]).unwrap();
            bench.realm.idle();
        }
        let last = script(&bench.realm.global("last").unwrap());
        assert_eq!(bench.realm.bytes(&last).map(|bytes| (bytes.len(), bytes[0])), Some((1 << 20, 7)));
    });
}

#[test]
fn an_endless_loop_is_stopped_and_the_realm_lives_on() {
    on_logic_thread(|| {
        let mut bench = Bench::new([("main.js", "exports.spin = () => { for (;;) {} }; exports.fine = () => 1")]);
        let exports = script(&bench.realm.require("main").unwrap());
        let spin = script(&bench.realm.get(&exports, "spin").unwrap());
        let fault = bench.realm.call(&spin, &Value::Undefined, &[]).unwrap_err();
        assert_eq!(
            (fault.kind, fault.message.as_str()),
            (FaultKind::Exception, "RangeError: a loop did not come to an end")
        );
        let fine = script(&bench.realm.get(&exports, "fine").unwrap());
        assert_eq!(number(&bench.realm.call(&fine, &Value::Undefined, &[]).unwrap()), 1.0);
    });
}
