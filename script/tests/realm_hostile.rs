//! Sources and calls that would end the process in the stock engine: each is refused or stopped, and the thread and
//! the realm live on.

mod support;

use pellicle_script::realm::inspect::inspect;
use pellicle_script::realm::{FaultKind, ScriptEngine};
use pellicle_script::value::Value;
use support::engine::engine;
use support::{Bench, eval, fault, on_logic_thread};

/// Pieces that nest: what opens a level and what closes it.
const NESTED: [(&str, &str); 14] = [
    ("(", ")"),
    ("[", "]"),
    ("{", "}"),
    ("({a:", "})"),
    ("f(", ")"),
    ("(function(){", "})()"),
    ("(()=>{", "})()"),
    ("`${", "}`"),
    ("if(1){", "}"),
    ("for(;0;){", "}"),
    ("[a[", "]]"),
    ("(class{m(){", "}})"),
    ("try{", "}catch(e){}"),
    ("switch(1){case 1:{", "}}"),
];

/// Pieces that nest by following each other.
const CHAINED: [&str; 20] = [
    "a=>",
    "!",
    "- ",
    "typeof ",
    "new ",
    "0?0:",
    "a=",
    "a**",
    "if(1)",
    "if(1);else ",
    "1+",
    "a,",
    "a.b.",
    "f()()",
    "a&&",
    "a[0]",
    "a``",
    "a?.b?.",
    "1,",
    "`${1}`+",
];

fn refused_or_runs(source: &str) {
    let mut bench = Bench::new([("main.js", source), ("after.js", "module.exports = 1")]);
    if let Err(fault) = bench.realm.require("main") {
        assert_ne!(fault.kind, FaultKind::Fatal, "{}", fault.message);
    }
    assert!(bench.realm.require("after").is_ok());
}

/// The greatest count below `most` for which the source is not refused for its depth.
fn deepest(most: usize, source: impl Fn(usize) -> String) -> usize {
    let (mut fine, mut deep) = (1, most);
    while deep - fine > 1 {
        let middle = (fine + deep) / 2;
        let refused =
            inspect("main.js", &source(middle)).diagnostics.iter().any(|found| found.code == "script-nesting");
        *(if refused { &mut deep } else { &mut fine }) = middle;
    }
    fine
}

#[test]
fn sources_far_too_deep_are_refused_with_a_syntax_fault() {
    on_logic_thread(|| {
        for (open, close) in NESTED {
            let fault = fault(&format!("{}1{}", open.repeat(100_000), close.repeat(100_000)));
            assert_eq!(fault.kind, FaultKind::Syntax, "{open}");
            assert!(fault.message.contains("nested too deep"), "{open}: {}", fault.message);
        }
        for piece in CHAINED {
            let fault = fault(&format!("{}1", piece.repeat(400_000)));
            assert_eq!(fault.kind, FaultKind::Syntax, "{piece}");
        }
        let deep = if engine() == ScriptEngine::Boa { 100_000 } else { 1_000_000 };
        let json = format!("{}1{}", "[".repeat(deep), "]".repeat(deep));
        let mut bench = Bench::new([("main.js", "require('./deep.json')"), ("deep.json", &json)]);
        assert_eq!(bench.realm.require("main").unwrap_err().kind, FaultKind::Syntax);
        let module = format!("import a from './a'\nexport default {}a{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(fault(&module).kind, FaultKind::Syntax);
    });
}

#[test]
fn the_deepest_source_that_is_let_through_does_not_overflow_the_stack() {
    on_logic_thread(|| {
        for (open, close) in NESTED {
            let source = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
            refused_or_runs(&source(deepest(4000, source)));
        }
        for piece in CHAINED {
            let source = |count: usize| format!("{}1", piece.repeat(count));
            refused_or_runs(&source(deepest(200_000, source)));
        }
        let mixed =
            |depth: usize| format!("{}1{}", "(function(){return !(a=>[{b:".repeat(depth), "}])})".repeat(depth));
        refused_or_runs(&mixed(deepest(2000, mixed)));
        let module =
            |depth: usize| format!("import a from './a'\nexport default {}a{}", "((".repeat(depth), "))".repeat(depth));
        refused_or_runs(&module(deepest(2000, module)));
        let typed = |depth: usize| format!("export const a = {}1{}", "(<any>[".repeat(depth), "])".repeat(depth));
        let mut bench = Bench::new([("main.ts", &*typed(400))]);
        assert!(bench.realm.require("main").is_ok());
    });
}

#[test]
fn calls_that_ask_for_the_impossible_throw() {
    on_logic_thread(|| {
        for code in [
            "'x'.repeat(2**29-1)",
            "'x'.repeat(2**30)",
            "'x'.repeat(-1)",
            "'x'.repeat(Infinity)",
            "'x'.padStart(2**40)",
            "'x'.padEnd(2**30, 'ab')",
            "new Array(4294967295).join()",
            "Array.prototype.join.call({length: 2**53-1})",
            "Array.prototype.sort.call({length: 2**53-1})",
            "Array.prototype.toSorted.call({length: 2**53-1})",
            "Reflect.apply(() => 1, null, {length: 2**53-1})",
            "(() => 1).apply(null, {length: 2**53-1})",
            "new ArrayBuffer(2**40)",
            "(() => { const a = []; a.push(a); return a.flat(Infinity) })()",
            "(() => { let a = []; for (let i = 0; i < 100000; i++) a = [a]; return a.flat(Infinity) })()",
            "(() => { let a = []; for (let i = 0; i < 100000; i++) a = [a]; return String(a) })()",
            "(() => { let a = []; for (let i = 0; i < 100000; i++) a = [a]; return JSON.stringify(a) })()",
            "(() => { let a = {}; for (let i = 0; i < 100000; i++) a = {a}; return JSON.stringify(a) })()",
            "JSON.stringify(new Proxy([], { get: (t, k) => k === 'length' ? 2**53-1 : 'x'.repeat(1000000) }))",
            "JSON.parse('['.repeat(1000000))",
        ] {
            let caught =
                eval(&format!("(() => {{ try {{ return {code}, 'nothing' }} catch (e) {{ return e.name }} }})()"));
            let out_of_memory = engine() == ScriptEngine::QuickJs && caught == "\"InternalError\"";
            let thrown = caught == "\"RangeError\"" || caught == "\"SyntaxError\"" || out_of_memory;
            assert!(thrown, "{code}: {caught}");
        }
        assert_eq!(eval("(() => { const a = [1]; a.push(a); return String(a) })()"), "\"1,\"");
        // A call on QuickJS has at most 65,535 arguments.
        let most = if engine() == ScriptEngine::Boa { 70_000 } else { 65_000 };
        let max = format!("Math.max.apply(null, Array.from({{ length: {most} }}, (_, i) => i))");
        assert_eq!(eval(&max), (most - 1).to_string());
    });
}

#[test]
fn deep_values_are_printed_and_copied_within_limits() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "let deep = {}; for (let i = 0; i < 100000; i++) deep = { deep }; console.log(deep); module.exports = deep; \
             try { throw deep } catch (e) {}",
        )]);
        let deep = bench.realm.require("main").unwrap();
        assert!(bench.sink.lines()[0].contains("[Object]"));
        assert!(bench.realm.copy(&deep).is_err());
        assert!(bench.realm.stringify(&deep).is_err());
        let thrown = fault("let deep = {}; for (let i = 0; i < 100000; i++) deep = { deep }; throw deep");
        assert!(thrown.message.len() < 1000);
        let mut data = Value::Null;
        for _ in 0..5000 {
            data = Value::array(vec![data]);
        }
        assert!(bench.realm.set_global("data", data.clone()).is_err());
        // Dropping it must not recurse too deep for the stack either; this thread has a large one.
        drop(data);
    });
}

#[test]
fn a_stopped_realm_ends_at_its_next_step() {
    on_logic_thread(|| {
        let mut bench = Bench::new([(
            "main.js",
            "module.exports = () => { let n = 0; while (true) { try { step(n++) } catch (e) { n = 0 } } }",
        )]);
        let Value::Script(run) = bench.realm.require("main").unwrap() else { panic!() };
        let step = bench.realm.function("step", 1, std::rc::Rc::new(|_, _, _| Ok(Value::Undefined)));
        bench.realm.set_global("step", Value::Script(step)).unwrap();
        let interrupt = bench.realm.interrupt();
        let stopper = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(30));
            interrupt.stop();
        });
        let fault = bench.realm.call(&run, &Value::Undefined, &[]).unwrap_err();
        stopper.join().unwrap();
        assert_eq!(fault.kind, FaultKind::Fatal);
        assert_eq!(bench.realm.call(&run, &Value::Undefined, &[]).unwrap_err().kind, FaultKind::Fatal);
    });
}

#[test]
fn a_panic_in_a_native_function_breaks_the_realm_and_nothing_else() {
    on_logic_thread(|| {
        let mut bench = Bench::new([("main.js", "module.exports = () => { try { broken() } catch (e) { return 1 } }")]);
        let Value::Script(run) = bench.realm.require("main").unwrap() else { panic!() };
        let broken = bench.realm.function("broken", 0, std::rc::Rc::new(|_, _, _| panic!("a bug in the host")));
        bench.realm.set_global("broken", Value::Script(broken)).unwrap();
        let fault = bench.realm.call(&run, &Value::Undefined, &[]).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Fatal);
        assert!(fault.message.contains("a bug in the host"));
        assert_eq!(bench.realm.require("main").unwrap_err().kind, FaultKind::Fatal);
        assert!(Bench::new([("main.js", "module.exports = 1")]).realm.require("main").is_ok());
    });
}

#[test]
fn an_array_with_one_item_far_out_is_no_walk_without_end() {
    on_logic_thread(|| {
        let source = "const a = []; a[400000000] = 1; const out = []; \
            const t = f => { try { out.push(f()) } catch (e) { out.push(e.name) } }; \
            t(() => JSON.stringify(a)); t(() => JSON.stringify({ a: [a, a] })); t(() => JSON.stringify(1, a)); \
            if (typeof reviving === 'boolean') t(() => JSON.parse('[1, [2]]', function (k, v) { \
                if (k === '0' && this.length === 2) this[1][400000000] = 1; return v })); \
            module.exports = { a, out: out.join() }";
        let mut bench = Bench::new([("main.js", source)]);
        // QuickJS walks until its rounds are used up, which script cannot catch.
        if engine() == ScriptEngine::Boa {
            bench.realm.set_global("reviving", Value::Bool(true)).unwrap();
        }
        let Value::Script(exports) = bench.realm.require("main").unwrap() else { panic!("no object") };
        let out = bench.realm.get(&exports, "out").unwrap();
        let expected = match engine() {
            ScriptEngine::Boa => "RangeError,RangeError,RangeError,RangeError",
            ScriptEngine::QuickJs => "RangeError,RangeError,RangeError",
        };
        assert_eq!(bench.realm.display(&out), expected);
        let far = bench.realm.get(&exports, "a").unwrap();
        assert!(bench.realm.copy(&far).is_err() && bench.realm.stringify(&far).is_err());
        assert!(bench.realm.to_data(&far, &Default::default()).is_err());
        assert!(bench.realm.stringify_within(&Value::string("x".repeat(100)), 50).is_ok());
        let list = Value::array(vec![Value::string("x".repeat(100)), Value::Null]);
        assert!(bench.realm.stringify_within(&list, 50).is_err());
    });
}
