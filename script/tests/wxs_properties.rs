//! Properties of expressions and wxs that hold for any source.

use pellicle_layout::markup::expression_parser::parse_text;
use pellicle_script::value::Value;
use pellicle_script::vm::{Env, Limits, Machine, NameScope, Program, evaluate, to_text};
use pellicle_script::wxs::{WxsLibrary, WxsRuntime};
use proptest::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

const LIMITS: Limits = Limits { fuel: 30_000, allocation: 1 << 20, live: 1 << 20, calls: 64, callbacks: 16 };

/// Loads a source as a module and calls whatever functions it exports.
fn run(source: String) {
    let library =
        Rc::new(RefCell::new(WxsLibrary::new(Rc::new(move |path: &str| (path == "a.wxs").then(|| source.clone())))));
    let mut machine = Machine::new(Rc::new(()), LIMITS);
    let mut runtime = WxsRuntime::new(library);
    let exports = runtime.load(&mut machine, "a.wxs");
    if let Value::Object(fields) = &exports {
        let functions: Vec<Value> = fields.borrow().values().cloned().collect();
        for function in functions {
            let arguments = [Value::Number(1.0), Value::string("a中😀"), Value::array(vec![Value::Null])];
            if let Ok(value) = machine.call(&function, &exports, &arguments) {
                to_text(&value);
            }
        }
    }
    machine.collect();
}

/// Scraps of wxs, put together at random.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "var a = ",
        "a",
        "b",
        "c",
        "function f(a, b) {",
        "function () {",
        "}",
        "{",
        "(",
        ")",
        "[",
        "]",
        "return ",
        ";",
        ",",
        ".",
        "if (",
        "else ",
        "for (var i = 0; i < 9; i++) ",
        "for (var k in ",
        "while (",
        "do ",
        "break;",
        "continue;",
        "switch (a) {",
        "case 1:",
        "default:",
        "module.exports.f = ",
        "exports.g = ",
        "require('./a.wxs')",
        " = ",
        " += ",
        "++",
        "--",
        " + ",
        " - ",
        " * ",
        " / ",
        " % ",
        " == ",
        " === ",
        " < ",
        " && ",
        " || ",
        " ?? ",
        "?.",
        " ? ",
        " : ",
        "!",
        "typeof ",
        "delete ",
        " in ",
        "this",
        "arguments",
        "null",
        "undefined",
        "true",
        "1",
        "0.5",
        "1e9",
        "'x'",
        "\"中😀\"",
        "`a${b}c`",
        "a => ",
        "(a, b) => ",
        "...",
        ".length",
        ".push(",
        ".map(",
        ".sort(",
        ".replace(",
        ".split(",
        ".slice(",
        ".join(",
        ".call(",
        ".apply(",
        ".concat(",
        "getRegExp('(a|b)*', 'g')",
        "getRegExp(",
        "getDate(",
        ".exec(",
        ".test(",
        ".toFixed(",
        ".toString(",
        "JSON.stringify(",
        "JSON.parse(",
        "Math.max(",
        "parseInt(",
        "Object.keys(",
        ".constructor",
        "let d = ",
        "const e = ",
        "\n",
        " ",
        "//",
        "/*",
        "*/",
        ".splice(",
        ".repeat(",
        ".lastIndexOf(",
        ".substr(",
        ".setMonth(",
        ".getTime()",
        "-1",
        "1e308",
        "NaN",
    ]);
    prop::collection::vec(scrap, 0..50).prop_map(|scraps| scraps.concat())
}

/// Statements that parse more often than scraps do.
fn statements() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "a",
        "b",
        "l",
        "o",
        "1",
        "-2.5",
        "'x'",
        "'中😀'",
        "null",
        "undefined",
        "[1, 'b', l]",
        "{ k: a, l: l }",
        "getRegExp('[a-c]+', 'g')",
        "f",
        "arguments",
    ]);
    let expression = leaf.prop_map(str::to_owned).prop_recursive(4, 40, 3, |inner| {
        let binary = prop::sample::select(vec![
            "+",
            "-",
            "*",
            "/",
            "%",
            "==",
            "===",
            "<",
            ">=",
            "&&",
            "||",
            "??",
            "&",
            ">>>",
            "in",
            "instanceof",
        ]);
        let method = prop::sample::select(vec![
            "length",
            "push",
            "pop",
            "slice",
            "splice",
            "concat",
            "join",
            "indexOf",
            "lastIndexOf",
            "map",
            "filter",
            "reduce",
            "sort",
            "charAt",
            "substring",
            "substr",
            "split",
            "replace",
            "match",
            "search",
            "padStart",
            "repeat",
            "toFixed",
            "toString",
            "call",
            "apply",
            "exec",
            "test",
            "at",
            "flat",
            "fill",
            "includes",
            "trim",
            "toUpperCase",
            "charCodeAt",
            "hasOwnProperty",
            "unshift",
        ]);
        prop_oneof![
            (inner.clone(), binary, inner.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            (inner.clone(), method.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, m, b, c)| format!("({a}).{m}({b}, {c})")),
            (inner.clone(), method).prop_map(|(a, m)| format!("({a}).{m}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}]")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("f({a}, {b})")),
            inner.clone().prop_map(|a| format!("(function (x) {{ b = {a}; return x }})")),
            inner.prop_map(|a| format!("(typeof {a})")),
        ]
    });
    let statement = (expression.clone(), expression, 0..8u8).prop_map(|(a, b, kind)| match kind {
        0 => format!("a = {a};"),
        1 => format!("l[{a}] = {b};"),
        2 => format!("o.k = {a}; o[{b}] = l;"),
        3 => format!("if ({a}) {{ b = {b} }} else l.push({a});"),
        4 => format!("for (var k in {a}) {{ o[k] = {b} }}"),
        5 => format!("for (var i = 0; i < 5; i++) {{ if ({a}) continue; a = {b} }}"),
        6 => format!("l.push({a}, {b});"),
        _ => format!("b = {a} + {b};"),
    });
    prop::collection::vec(statement, 1..6).prop_map(|statements| {
        format!(
            "function f(a, b) {{ var l = [], o = {{}};\n{}\nreturn [a, b, l, o] }}\nmodule.exports = {{ f: f, g: function (a) {{ return f(a, f) }} }};",
            statements.join("\n")
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_text_as_wxs_ends_without_a_panic(source in any::<String>()) {
        run(source);
    }

    #[test]
    fn any_scraps_as_wxs_end_without_a_panic(source in scraps()) {
        run(source);
    }

    #[test]
    fn any_statements_end_without_a_panic(source in statements()) {
        run(source);
    }

    #[test]
    fn any_expression_ends_without_a_panic(
        source in "([abl](\\.(length|x|push|join|slice|repeat|sort)(\\([0-9a]{0,2}\\))?|\\[[0-9ab]\\])?| ?[-+*/%<>?:&|^~!(),=]{1,2} ?|'[a中]'|[0-9]){1,14}"
    ) {
        if let Ok(expression) = parse_text(&source) {
            let program = Program::expression(&expression, &NameScope::default());
            let data = Value::object([("a", Value::Number(2.0)), ("b", Value::string("b中")), ("l", Value::array(vec![Value::Number(1.0)]))]);
            let mut machine = Machine::new(Rc::new(()), LIMITS);
            let value = evaluate(&program, &Env { data: &data, locals: &[], modules: &[] }, &mut machine);
            to_text(&value);
        }
    }
}
