//! What expressions evaluate to.

use pellicle_layout::markup::expression_parser::parse_text;
use pellicle_script::value::Value;
use pellicle_script::vm::{Env, Fault, Limits, Machine, MachineHost, NameScope, Program, ReadRoot, evaluate, to_text};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Collects faults.
#[derive(Default)]
struct Listener(RefCell<Vec<String>>);

impl MachineHost for Listener {
    fn now(&self) -> f64 {
        0.0
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

/// A value from JSON text.
fn json(text: &str) -> Value {
    fn convert(json: serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(b) => Value::Bool(b),
            serde_json::Value::Number(n) => Value::Number(n.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(s) => Value::string(s),
            serde_json::Value::Array(items) => Value::array(items.into_iter().map(convert).collect()),
            serde_json::Value::Object(fields) => Value::object(fields.into_iter().map(|(k, v)| (k, convert(v)))),
        }
    }
    convert(serde_json::from_str(text).expect("the test's JSON"))
}

/// A value with its type visible.
fn show(value: &Value) -> String {
    match value {
        Value::Undefined => "undefined".into(),
        Value::Null => "null".into(),
        Value::String(s) => format!("{s:?}"),
        Value::Array(items) => format!("[{}]", items.borrow().iter().map(show).collect::<Vec<_>>().join(",")),
        Value::Object(fields) => {
            let fields = fields.borrow();
            format!("{{{}}}", fields.iter().map(|(k, v)| format!("{k}:{}", show(v))).collect::<Vec<_>>().join(","))
        }
        other => to_text(other).to_string(),
    }
}

const DATA: &str = r#"{"a":1,"b":"x","list":[1,2,{"n":"q"}],"o":{"p":{"q":5},"k":"p"},"yes":true,"nil":null,"s":"a中😀b","empty":[],"i":1}"#;

fn program(text: &str) -> Program {
    let expression = parse_text(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    let names: Vec<Arc<str>> = vec![Arc::from("item"), Arc::from("index"), Arc::from("item")];
    let modules: Vec<Arc<str>> = vec![Arc::from("m")];
    Program::expression(&expression, &NameScope { locals: &names, modules: &modules })
}

fn run(text: &str) -> String {
    let mut machine = Machine::new(Rc::new(()), Limits::default());
    let locals = [Value::string("outer"), Value::Number(3.0), json(r#"{"id":7,"sub":[8]}"#)];
    let modules = [json(r#"{"f":4}"#)];
    show(&evaluate(&program(text), &Env { data: &json(DATA), locals: &locals, modules: &modules }, &mut machine))
}

#[test]
fn names_are_loop_variables_then_modules_then_data() {
    assert_eq!(run("a"), "1");
    assert_eq!(run("item.id + index"), "10");
    assert_eq!(run("m.f"), "4");
    assert_eq!(run("nothing"), "undefined");
    assert_eq!(run("[item, index]"), "[{id:7,sub:[8]},3]");
}

#[test]
fn a_field_of_undefined_is_undefined_and_calls_of_it_too() {
    for text in
        ["x.y.z", "nil.a", "a.b.c[0]", "list[9].n", "x[y][z]", "x()", "x.y()", "a.b(1)", "nil['f'](2)", "b.nope()"]
    {
        assert_eq!(run(text), "undefined", "{text}");
    }
}

#[test]
fn operators_follow_script() {
    let cases = [
        ("a + b", "\"1x\""),
        ("a + '1' - 1", "10"),
        ("1 + null", "1"),
        ("1 + undefined", "NaN"),
        ("'' + undefined + null", "\"undefinednull\""),
        ("list + 1", "\"1,2,[object Object]1\""),
        ("yes && b", "\"x\""),
        ("nil || empty", "[]"),
        ("nil ?? 0", "0"),
        ("0 ?? 1", "0"),
        ("a == '1'", "true"),
        ("a === '1'", "false"),
        ("nil == undefined", "true"),
        ("nil == 0", "false"),
        ("!empty.length", "true"),
        ("typeof a + typeof b + typeof nil + typeof x", "\"numberstringobjectundefined\""),
        ("void a", "undefined"),
        ("yes ? o.p.q : x", "5"),
        ("-'3' + +'4'", "1"),
        ("~5 & 7 | 8 ^ 1", "11"),
        ("1 << 3 >>> 1", "4"),
        ("7 % 4 * 2 / 4", "1.5"),
        ("'b' > 'a' && 10 > 9 && '10' < '9'", "true"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("[1,2] == '1,2'", "true"),
        ("a instanceof b", "false"),
        ("-0 + ''", "\"0\""),
    ];
    for (text, value) in cases {
        assert_eq!(run(text), value, "{text}");
    }
}

#[test]
fn literals_make_lists_and_objects() {
    assert_eq!(run("[1, ...list, a,]"), "[1,1,2,{n:\"q\"},1]");
    assert_eq!(run("{a, ...o, k: 1, 'x-y': [b]}"), "{a:1,p:{q:5},k:1,x-y:[\"x\"]}");
    assert_eq!(run("{...nil, ...list}"), "{0:1,1:2,2:{n:\"q\"}}");
    assert_eq!(run("[...'a中']"), "[\"a\",\"中\"]");
}

#[test]
fn members_of_lists_and_strings_are_counted_in_utf16() {
    assert_eq!(run("s.length"), "5");
    assert_eq!(run("s[1] + s['0']"), "\"中a\"");
    assert_eq!(run("list.length + list['1']"), "5");
    assert_eq!(run("o[o.k].q"), "5");
    assert_eq!(run("s.slice(1, 4)"), "\"中😀\"");
    assert_eq!(run("list.slice(0, 2).join('-')"), "\"1-2\"");
    assert_eq!(run("a.toFixed(2)"), "\"1.00\"");
    assert_eq!(run("list.constructor + b.constructor + o.constructor"), "\"ArrayStringObject\"");
}

fn reads(text: &str) -> Vec<String> {
    use pellicle_script::realm::PathSegment;
    let path = |segments: &[PathSegment]| -> String {
        let one = |s: &PathSegment| match s {
            PathSegment::Field(f) => format!(".{f}"),
            PathSegment::Index(i) => format!("[{i}]"),
        };
        segments.iter().map(one).collect()
    };
    let program = program(text);
    let mut all: Vec<String> = program
        .reads()
        .iter()
        .map(|r| match &r.root {
            ReadRoot::Data(name) => format!("{name}{}", path(&r.path)),
            ReadRoot::Local(i) => format!("#{i}{}", path(&r.path)),
        })
        .collect();
    all.sort();
    all
}

#[test]
fn reads_name_the_paths_that_matter() {
    assert_eq!(reads("a.b.c"), ["a.b.c"]);
    assert_eq!(reads("a.b[0].c + a.b"), ["a.b"]);
    assert_eq!(reads("list[0].x"), ["list[0].x"]);
    assert_eq!(reads("list[i + 1].x"), ["i", "list"]);
    assert_eq!(reads("list.length > 0"), ["list"]);
    assert_eq!(reads("item.name && index"), ["#1", "#2.name"]);
    assert_eq!(reads("m.f(x.y, [z, {w: item.v, ...u}])"), ["#2.v", "u", "x.y", "z"]);
    assert_eq!(reads("x.list.indexOf(y)"), ["x.list", "y"]);
    assert_eq!(reads("c ? x : y.z"), ["c", "x", "y.z"]);
    assert_eq!(reads("m.f(x).y"), ["x"]);
    assert!(program("1 + 'a'").is_constant() && !program("m.x").is_constant() && !program("f()").is_constant());
}

#[test]
fn a_limit_ends_the_evaluation_and_the_host_is_told() {
    let listener = Rc::new(Listener::default());
    let mut machine = Machine::new(listener.clone(), Limits { fuel: 1000, allocation: 4096, ..Limits::default() });
    let env = Env { data: &json(DATA), locals: &[], modules: &[] };
    assert_eq!(show(&evaluate(&program("b.repeat(100000)"), &env, &mut machine)), "undefined");
    assert_eq!(show(&evaluate(&program("b.padEnd(900).split('')"), &env, &mut machine)), "undefined");
    let found = listener.0.borrow().join("\n");
    assert!(found.contains("MemoryLimit"), "{found}");
    assert_eq!(show(&evaluate(&program("a"), &env, &mut machine)), "1", "the next evaluation has its own limits");
}

#[test]
fn results_of_calls_are_detached_and_page_data_is_handed_on() {
    let mut machine = Machine::new(Rc::new(()), Limits::default());
    let data = json(DATA);
    let env = Env { data: &data, locals: &[], modules: &[] };
    let Value::Array(list) = evaluate(&program("list"), &env, &mut machine) else { panic!("a list") };
    let Value::Object(fields) = &data else { panic!("an object") };
    assert!(matches!(fields.borrow().get("list"), Some(Value::Array(same)) if Rc::ptr_eq(same, &list)));
    assert_eq!(show(&evaluate(&program("list.concat([4])"), &env, &mut machine)), "[1,2,{n:\"q\"},4]");
}
