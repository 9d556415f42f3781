//! What wxs modules do.

use pellicle_layout::markup::template::WxsSource;
use pellicle_layout::markup::{expression_parser::parse_text, parse};
use pellicle_script::value::Value;
use pellicle_script::vm::{Env, Fault, Limits, Machine, MachineHost, NameScope, Program, convert, evaluate, to_text};
use pellicle_script::wxs::{WxsLibrary, WxsRuntime};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// A host that collects what it is told.
#[derive(Default)]
struct Listener(RefCell<Vec<String>>);

impl MachineHost for Listener {
    fn now(&self) -> f64 {
        1_705_284_000_000.0
    }
    fn offset_minutes(&self, _at: f64) -> i32 {
        480
    }
    fn random(&self) -> f64 {
        0.25
    }
    fn console(&self, level: &'static str, text: &str) {
        self.0.borrow_mut().push(format!("{level}: {text}"));
    }
    fn fault(&self, fault: &Fault) {
        self.0.borrow_mut().push(fault.to_string());
    }
}

/// A machine, the files of a package and what was said.
struct Bench {
    machine: Machine,
    library: Rc<RefCell<WxsLibrary>>,
    runtime: WxsRuntime,
    listener: Rc<Listener>,
}

fn bench_with(files: &[(&str, &str)], limits: Limits) -> Bench {
    let files: BTreeMap<String, String> = files.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    let source = move |path: &str| files.get(path).cloned();
    let library = Rc::new(RefCell::new(WxsLibrary::new(Rc::new(source))));
    let listener = Rc::new(Listener::default());
    let runtime = WxsRuntime::new(library.clone());
    Bench { machine: Machine::new(listener.clone(), limits), library, runtime, listener }
}

fn bench(files: &[(&str, &str)]) -> Bench {
    bench_with(files, Limits::default())
}

impl Bench {
    /// Evaluates an expression with the exports of `path` as `m` and `data` as the data.
    fn eval(&mut self, path: &str, expression: &str, data: &Value) -> Value {
        let exports = self.runtime.load(&mut self.machine, path);
        let expression = parse_text(expression).unwrap_or_else(|e| panic!("{expression}: {e}"));
        let modules: [Arc<str>; 1] = [Arc::from("m")];
        let program = Program::expression(&expression, &NameScope { locals: &[], modules: &modules });
        evaluate(&program, &Env { data, locals: &[], modules: &[exports] }, &mut self.machine)
    }

    /// What was said since the last call, by the compiler and by the machine.
    fn said(&mut self) -> Vec<String> {
        let mut all: Vec<String> = self.library.borrow_mut().take_diagnostics().iter().map(|d| d.to_string()).collect();
        all.append(&mut self.listener.0.borrow_mut());
        all
    }
}

/// A value with its type visible, as `data/wxs-cases.mjs` shows it.
fn show(value: &Value) -> String {
    match value {
        Value::Undefined => "undefined".into(),
        Value::Null => "null".into(),
        Value::String(s) => serde_json::to_string(&**s).unwrap_or_default(),
        Value::Array(items) => format!("[{}]", items.borrow().iter().map(show).collect::<Vec<_>>().join(",")),
        Value::Object(fields) => {
            let fields = fields.borrow();
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(k, _)| convert::text_index(k).unwrap_or(usize::MAX));
            format!("{{{}}}", fields.iter().map(|(k, v)| format!("{k}:{}", show(v))).collect::<Vec<_>>().join(","))
        }
        Value::Wxs(wxs) if wxs.type_of() == "function" => "function".into(),
        other => to_text(other).to_string(),
    }
}

/// What the body of a function returns, and what was said.
fn run(body: &str) -> (String, Vec<String>) {
    let mut bench = bench(&[("a.wxs", &format!("module.exports.f = function () {{\n{body}\n}}"))]);
    let value = bench.eval("a.wxs", "m.f()", &Value::Undefined);
    (show(&value), bench.said())
}

#[test]
fn functions_return_what_they_return_in_node() {
    let cases = include_str!("data/wxs-cases.jsonl");
    let mut wrong = Vec::new();
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let (code, expected) = (case["code"].as_str().unwrap_or(""), case["result"].as_str().unwrap_or(""));
        let (result, said) = run(code);
        if result != expected || !said.is_empty() {
            wrong.push(format!("{code}\n  expected {expected}\n  but got  {result} {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn constructor_is_the_name_of_the_type() {
    let names = "[[].constructor, {}.constructor, ''.constructor, (1).constructor, true.constructor, \
                 (function () {}).constructor, getRegExp('a').constructor, getDate().constructor]";
    let (names, _) = run(&format!("return {names}.join()"));
    assert_eq!(names, "\"Array,Object,String,Number,Boolean,Function,RegExp,Date\"");
    let (instances, _) =
        run("return [[] instanceof Array, {} instanceof Object, 'a' instanceof String, getDate() instanceof Date]");
    assert_eq!(instances, "[true,true,false,true]");
}

#[test]
fn escapes_in_patterns_are_kept() {
    assert_eq!(
        run(r"return [getRegExp('^-?\d+(\.\d+)?$').test('-1.5'), getRegExp('\\d').test('1'), '\d']").0,
        "[true,true,\"d\"]"
    );
}

#[test]
fn a_failing_function_is_undefined_to_the_template_and_the_place_is_told() {
    let mut bench = bench(&[(
        "l/a.wxs",
        "module.exports = {\n  f: function (x) { return x.y.z; },\n  g: function () { return 1 }\n}",
    )]);
    let value = bench.eval("l/a.wxs", "[m.f({}), m.g(), m.f(1) + 'x']", &Value::Undefined);
    assert_eq!(show(&value), "[undefined,1,\"undefinedx\"]");
    assert_eq!(bench.said()[0], "l/a.wxs:2:32: TypeError: cannot read `z` of undefined");
    for (body, fault) in [
        ("return nope", "ReferenceError: `nope` is not defined"),
        ("var a; a.b = 1", "TypeError: cannot set `b` of undefined"),
        ("var a = 1; a()", "TypeError: the value is not a function"),
        ("return [].reduce(function () {})", "TypeError: an empty array needs a value to start from"),
        ("return getRegExp('(?=a)')", "Unsupported: looking ahead (`(?=`)"),
        ("return getRegExp('(')", "SyntaxError: `(` is no regular expression"),
        ("return JSON.parse('{')", "SyntaxError: the text is no JSON"),
        ("var a = []; a[0] = a; return JSON.stringify(a)", "TypeError: the value goes in circles"),
        ("var a = []; a[0] = a; return a", "RangeError: the result goes in circles"),
    ] {
        let (value, said) = run(body);
        assert_eq!(value, "undefined", "{body}");
        assert!(said.len() == 1 && said[0].contains(fault), "{body}: {said:?}");
    }
}

#[test]
fn what_wxs_does_not_have_is_refused_with_its_place() {
    for (source, message) in [
        ("var a = new Date()", "a.wxs:1:9: wxs has no `new`; use getDate() and getRegExp(); the module is left out"),
        ("var r = /a/", "a.wxs:1:9: wxs has no regular expression literals"),
        ("\n  try { } catch (e) { }", "a.wxs:2:3: wxs has no exceptions"),
        ("class A {}", "a.wxs:1:1: wxs has no `class`"),
        ("var { a } = b", "a.wxs:1:5: wxs has no destructuring"),
        ("a: while (1) {}", "a.wxs:1:1: wxs has no labels"),
        ("var a = {", "a.wxs:1:10: expected a field name, found the end"),
        ("break", "a.wxs:1:1: `break` outside a loop"),
        ("require(x)", "a.wxs:1:1: `require` needs the path"),
        ("Math = 1", "a.wxs:1:1: a global of wxs cannot be set"),
        ("require('./none.wxs')", "a.wxs:1:1: there is no `./none.wxs` to require"),
    ] {
        let mut bench = bench(&[("a.wxs", source)]);
        bench.runtime.load(&mut bench.machine, "a.wxs");
        let said = bench.said();
        assert!(said.iter().any(|s| s.starts_with(message)), "{source}: {said:?}");
    }
}

#[test]
fn modules_run_once_and_see_each_other_in_circles() {
    let files = [
        (
            "p/a.wxs",
            "var b = require('../q/b.wxs'); var n = 0; module.exports = { next: function () { return ++n }, b: b, name: 'a' };",
        ),
        (
            "q/b.wxs",
            "var a = require('/p/a.wxs'); exports.name = 'b'; exports.early = a.name; console.log('b runs', [1, { x: a }]);",
        ),
        ("c.wxs", "exports.a = require('p/a').next"),
    ];
    let mut bench = bench(&files);
    assert_eq!(
        show(&bench.eval("p/a.wxs", "[m.b.name, m.b.early, m.next()]", &Value::Undefined)),
        "[\"b\",undefined,1]"
    );
    assert_eq!(show(&bench.eval("c.wxs", "m.a()", &Value::Undefined)), "2", "the same instance");
    assert_eq!(bench.said(), ["log: b runs [1,{\"x\":{}}]"]);
    let mut other = WxsRuntime::new(bench.library.clone());
    other.load(&mut bench.machine, "c.wxs");
    std::mem::swap(&mut other, &mut bench.runtime);
    assert_eq!(show(&bench.eval("c.wxs", "m.a()", &Value::Undefined)), "1", "another page has its own");
}

#[test]
fn page_data_is_read_sorted_and_has_plain_fields_set_but_holds_nothing_of_wxs() {
    let mut bench = bench(&[(
        "a.wxs",
        "module.exports = {
           sort: function (list) { return list.sort(function (a, b) { return a - b }) },
           mark: function (o) { o.seen = 1; return o },
           put: function (o) { o.made = {}; return o },
           push: function (list) { list.push([1]) },
           own: function (o) { var mine = { inner: o }; mine.more = []; return mine }
         }",
    )]);
    let list = Value::array([3.0, 1.0, 2.0].map(Value::Number).into());
    let data = Value::object([("l", list), ("o", Value::object([("k", Value::Null)]))]);
    assert_eq!(
        show(&bench.eval("a.wxs", "[m.sort(l), m.mark(o), m.put(o), m.push(l), m.own(o)]", &data)),
        "[[1,2,3],{k:null,seen:1},undefined,undefined,{inner:{k:null,seen:1},more:[]}]"
    );
    assert_eq!(bench.said().len(), 2);
}

#[test]
fn results_are_copies_that_wxs_cannot_change_any_more() {
    let mut bench = bench(&[(
        "a.wxs",
        "var kept = [1]; exports.get = function () { return kept }; exports.grow = function () { return kept.push(2) }",
    )]);
    let first = bench.eval("a.wxs", "m.get()", &Value::Undefined);
    bench.eval("a.wxs", "m.grow()", &Value::Undefined);
    assert_eq!(
        (show(&first), show(&bench.eval("a.wxs", "m.get()", &Value::Undefined))),
        ("[1]".into(), "[1,2]".into())
    );
}

#[test]
fn limits_end_what_does_not_end() {
    let limits = Limits { fuel: 200_000, allocation: 4 << 20, live: 1 << 20, calls: 100, callbacks: 16 };
    for body in [
        "while (true) {}",
        "for (;;) ;",
        "var s = 'x'; while (true) s += s",
        "var a = []; while (true) a.push(a)",
        "function f() { return f() } return f()",
        "function f() { return [1].map(f) } return f()",
        "var a = []; a[4000000000] = 1",
        "var a = []; a.length = 4294967294",
        "return Array(1e9)",
        "return 'x'.repeat(1e9)",
        "return 'x'.padStart(1e9)",
        "var a = [1]; for (var i = 0; i < 64; i++) a = [a, a]; return JSON.stringify(a)",
        "var a = [1]; for (var i = 0; i < 64; i++) a = [a, a]; return a",
        "var a = [1]; for (var i = 0; i < 64; i++) a = [a, a]; return a.join()",
        "return getRegExp('(a{1000}){1000}')",
        "return getRegExp('(x+x+)+y').test('x'.repeat(1000) + 'z') ? 1 : undefined",
        "return [3, 1, 2].sort(function () { while (true) {} })",
        "var o = { toString: function () { while (true) {} } }; return o.x",
    ] {
        let mut bench = bench_with(&[("a.wxs", &format!("exports.f = function () {{ {body} }}"))], limits);
        let value = show(&bench.eval("a.wxs", "m.f()", &Value::Undefined));
        assert!(value == "undefined" || value.len() > 1000, "{body}: {value}");
        assert_eq!(show(&bench.eval("a.wxs", "1 + 1", &Value::Undefined)), "2");
    }
}

#[test]
fn what_modules_keep_is_limited_and_what_they_drop_is_freed() {
    let limits = Limits { live: 1 << 20, ..Limits::default() };
    let source = "var kept = [];
        exports.keep = function () { for (var i = 0; i < 5000; i++) kept.push({ me: kept, n: [i] }); return kept.length };
        exports.waste = function () { var last; for (var i = 0; i < 5000; i++) { last = { back: last }; last.me = last } return 1 };";
    let mut bench = bench_with(&[("a.wxs", source)], limits);
    for _ in 0..200 {
        assert_eq!(show(&bench.eval("a.wxs", "m.waste()", &Value::Undefined)), "1");
    }
    let stopped = (0..50).any(|_| show(&bench.eval("a.wxs", "m.keep()", &Value::Undefined)) == "undefined");
    assert!(stopped && bench.said().iter().any(|s| s.contains("MemoryLimit")));
}

#[test]
fn inline_modules_tell_places_of_the_file_around_them() {
    let wxml = "<view/>\n<wxs module=\"m\">\nexports.f = function () { return x }\n</wxs><wxs module=\"n\">exports.g = 1; var a = ;</wxs>";
    let (template, _) = parse("p/i.wxml", wxml);
    let mut bench = bench(&[]);
    let exports: Vec<Value> =
        template.wxs.iter().map(|m| bench.runtime.module(&mut bench.machine, m, &template.file)).collect();
    assert!(matches!(&template.wxs[0].source, WxsSource::Inline { .. }));
    assert_eq!(show(&exports[1]), "{}");
    let program = Program::expression(
        &parse_text("m.f()").expect("an expression"),
        &NameScope { locals: &[], modules: &[Arc::from("m")] },
    );
    let env = Env { data: &Value::Undefined, locals: &[], modules: &exports[..1] };
    assert_eq!(show(&evaluate(&program, &env, &mut bench.machine)), "undefined");
    assert_eq!(
        bench.said(),
        [
            "p/i.wxml:4:46: expected a value, found `;`; the module is left out",
            "p/i.wxml:3:34: ReferenceError: `x` is not defined",
        ]
    );
}

#[test]
fn the_host_can_call_functions_and_lend_objects() {
    #[derive(Debug)]
    struct Instance(RefCell<Vec<String>>);
    impl pellicle_script::value::WxsValue for Instance {
        fn as_any(&self) -> &dyn std::any::Any {
            self
        }
        fn type_of(&self) -> &'static str {
            "object"
        }
        fn get(&self, name: &str) -> Option<Value> {
            (name == "id").then(|| Value::string("x"))
        }
        fn call_method(&self, _: &mut Machine, name: &str, arguments: &[Value]) -> Option<Value> {
            self.0.borrow_mut().push(format!("{name}({})", arguments.iter().map(show).collect::<Vec<_>>().join(",")));
            (name == "setStyle").then_some(Value::Undefined)
        }
    }
    let mut bench = bench(&[(
        "a.wxs",
        "exports.tap = function (e, owner) { owner.setStyle({ top: e.y + 'px' }); return owner.id + typeof owner }",
    )]);
    let exports = bench.runtime.load(&mut bench.machine, "a.wxs");
    let Value::Object(fields) = &exports else { panic!("exports") };
    let tap = fields.borrow().get("tap").cloned().unwrap_or_default();
    let owner = Rc::new(Instance(RefCell::default()));
    let arguments = [Value::object([("y", Value::Number(3.0))]), Value::Wxs(owner.clone())];
    let result = bench.machine.call(&tap, &Value::Undefined, &arguments).expect("the call goes well");
    assert_eq!((show(&result), owner.0.borrow().join(";")), ("\"xobject\"".into(), "setStyle({top:\"3px\"})".into()));
}

#[test]
fn sources_nested_without_end_are_refused() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("a(", ")"),
        ("!", ""),
        ("1 ? ", " : 2"),
        ("a = ", ""),
        ("a?.b", ""),
        ("a.b", ""),
        ("1 + ", ""),
        ("a ** ", ""),
        ("if (1) ", ""),
        ("for (;;) ", ""),
        ("function f() {", "}"),
        ("a => ", ""),
        ("({ a: ", "})"),
        ("`${", "}`"),
        ("switch (1) { case 1: ", "}"),
    ] {
        let source = format!("{}1{}", open.repeat(5000), close.repeat(5000));
        let mut bench = bench(&[("a.wxs", &source)]);
        bench.runtime.load(&mut bench.machine, "a.wxs");
        assert!(!bench.said().is_empty(), "{open}");
    }
    // What real sources are full of is no nesting.
    let chain = "if (0) {} else ".repeat(3000) + "exports.f = [" + &"1,".repeat(5000) + "].length";
    let mut bench = bench(&[("a.wxs", &chain)]);
    assert_eq!(show(&bench.eval("a.wxs", "m.f", &Value::Undefined)), "5000");
}

#[test]
fn circles_of_any_length_between_files_end() {
    let names: Vec<(String, String)> = (0..200)
        .map(|i| (format!("{i}.wxs"), format!("exports.n = {i}; exports.next = require('./{}.wxs')", (i + 1) % 200)))
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let mut bench = bench(&files);
    assert_eq!(show(&bench.eval("0.wxs", "m.next.next.n", &Value::Undefined)), "2");
    assert!(bench.said()[0].contains("more than 64 deep"));
}
