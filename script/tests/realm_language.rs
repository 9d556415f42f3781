//! The language as script sees it, held against what Node gives (`data/expressions.js` writes the table).

mod support;

use pellicle_script::realm::{Locale, ScriptEngine};
use pellicle_script::value::Value;
use support::engine::engine;
use support::{Bench, eval, on_logic_thread};

#[test]
fn expressions_give_what_node_gives() {
    on_logic_thread(|| {
        let table = include_str!("data/expressions.txt");
        let mut wrong = Vec::new();
        let mut count = 0;
        for line in table.lines() {
            let Some((expression, expected)) = line.rsplit_once('\t') else { continue };
            count += 1;
            let mut bench = Bench::new([("main.js", &format!("module.exports = ({expression});"))]);
            let actual = match bench.realm.require("main") {
                Ok(value) => bench.json(&value),
                Err(fault) => format!("! {}", fault.message),
            };
            if actual != expected && !is_contradiction(expression) {
                wrong.push(format!("{expression}\n   expected {expected}\n   actual   {actual}"));
            }
        }
        assert!(count > 700, "{count}");
        assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
    });
}

/// True for sorts whose comparator contradicts itself: their order is V8's on Boa, where sorting is ours.
fn is_contradiction(expression: &str) -> bool {
    let contradict = [".sort(()=>", ".sort((a,b)=>a>b)", ".sort((a,b)=>a<b?-1:0)"];
    engine() == ScriptEngine::QuickJs && contradict.iter().any(|comparator| expression.contains(comparator))
}

#[test]
fn texts_are_in_the_language_of_the_host_where_script_names_none() {
    on_logic_thread(|| {
        let source = "module.exports = () => [new Date(0).toLocaleString(), (1234.5).toLocaleString()]";
        let mut bench = Bench::new([("main.js", source)]);
        let Value::Script(show) = bench.realm.require("main").unwrap() else { panic!() };
        let shown = |bench: &mut Bench| {
            let value = bench.realm.call(&show, &Value::Undefined, &[]).unwrap();
            bench.json(&value)
        };
        assert_eq!(shown(&mut bench), r#"["1970/1/1 08:00:00","1,234.5"]"#);
        bench.realm.set_locale(Locale::of_tag("en_US"));
        assert_eq!(shown(&mut bench), r#"["1/1/1970, 8:00:00 AM","1,234.5"]"#);
    });
}

#[test]
fn deep_json_is_read_and_written_up_to_a_limit() {
    on_logic_thread(|| {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let mut bench = Bench::new([]);
        assert!(bench.realm.parse_json(&nested(4000)).is_ok());
        let deep = bench.realm.parse_json(&nested(1_000_000)).unwrap_err();
        assert!(deep.message.starts_with("SyntaxError") || deep.message.starts_with("RangeError"), "{deep}");
        let value = bench.realm.parse_json(&nested(1500)).unwrap();
        assert_eq!(bench.json(&value).len(), 3000);
        let value =
            bench.realm.parse_json(&nested(if engine() == ScriptEngine::Boa { 3000 } else { 100_000 })).unwrap();
        assert!(bench.realm.stringify(&value).unwrap_err().message.starts_with("RangeError"));
    });
}

#[test]
fn json_faults_name_the_place() {
    on_logic_thread(|| {
        let mut bench = Bench::new([("data.json", "{\n  \"a\": 1,\n  b: 2\n}"), ("main.js", "require('./data.json')")]);
        let fault = bench.realm.parse_json("[1,x]").unwrap_err();
        assert_eq!(fault.message, "SyntaxError: Unexpected token x in JSON at position 3");
        let fault = bench.realm.parse_json("[1").unwrap_err();
        assert_eq!(fault.message, "SyntaxError: Unexpected end of JSON input");
        let fault = bench.realm.require("main").unwrap_err();
        let place = &fault.stack[0];
        assert_eq!((place.file.as_str(), place.line, place.column), ("data.json", 3, 3));
    });
}

#[test]
fn sorting_survives_any_comparator() {
    on_logic_thread(|| {
        let source = "const a = Array.from({ length: 500 }, (_, i) => i);\n\
            const same = b => b.length === 500 && new Set(b).size === 500;\n\
            module.exports = [same([...a].sort(() => Math.random() - 0.5)), same([...a].sort(() => 1)), same([...a].sort(() => -1)),\n\
              same(a.toSorted(() => Math.random() - 0.5)), same([...new Int32Array(a).sort(() => Math.random() - 0.5)]),\n\
              same([...a].sort(function () { return this === undefined ? 1 : Math.random() }))]";
        let mut bench = Bench::new([("main.js", source)]);
        assert_eq!(bench.main(), "[true,true,true,true,true,true]");
    });
}

#[test]
fn arrays_do_what_they_do_in_node() {
    on_logic_thread(|| {
        let mut bench = Bench::new([("main.js", include_str!("data/arrays.js"))]);
        let Value::Script(cases) = bench.realm.require("main").unwrap() else { panic!("a function") };
        let found = bench.realm.call(&cases, &Value::Undefined, &[]).unwrap();
        let found: Vec<[String; 3]> = serde_json::from_str(&bench.json(&found)).unwrap();
        let expected: Vec<&str> = include_str!("data/arrays.txt").lines().collect();
        assert!(expected.len() > 600 && expected.len() == found.len(), "{} and {}", expected.len(), found.len());
        let differs = |(found, expected): (&[String; 3], &str)| {
            let [name, sum, lines] = found;
            let told = || format!("{name} (`node arrays.js '{name}'`):\n{lines:.2000}");
            (format!("{name}\t{sum}") != expected).then(told)
        };
        // QuickJS leaves elements that are at their place, so a frozen array that is sorted can be sorted.
        let known: &[&str] = if engine() == ScriptEngine::QuickJs { &["sort frozen"] } else { &[] };
        let both = found.iter().zip(expected).filter(|(found, _)| !known.contains(&found[0].as_str()));
        let wrong: Vec<String> = both.filter_map(differs).collect();
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
    });
}

#[test]
fn texts_that_grow_in_loops_are_what_they_are_in_node() {
    on_logic_thread(|| {
        let mut bench = Bench::new([("main.js", include_str!("data/appends.js"))]);
        let Value::String(lines) = bench.realm.require("main").unwrap() else { panic!("a text") };
        let (found, expected) = (lines.to_string(), include_str!("data/appends.txt"));
        let found: Vec<&str> = found.lines().collect();
        let expected: Vec<&str> = expected.lines().collect();
        assert!(expected.len() > 30);
        assert_eq!(found, expected);
    });
}

/// What stock Boa does wrong (`docs/boa`, 29 to 31 and 33), in the forms that programs have.
#[test]
fn what_boa_does_wrong_is_right() {
    on_logic_thread(|| {
        let right = |code: &str, expected: &str| {
            assert_eq!(eval(&format!("(function () {{ {code} }})()")), expected, "{code}");
        };
        right(
            "let x = 1; return [x !== (x = 2), x + (x = 5) + x, x * (x += 2), x - x--, x < (x = 100)]",
            "[true,12,35,0,true]",
        );
        right("return (list => { let e = 0, n = 0; while (e !== (e = list[n])) n++; return n })([3, 1, 2])", "4");
        right(
            "let a = 1; const b = [a in (a = { 1: 1 }), a === (a = 2)]\na == (a = 3)\nreturn b.concat(a)",
            "[true,false,3]",
        );
        right("var a = 2, v; const f = () => [a, v]; v = [a ||= 5]; return [a, v]", "[2,[2]]");
        right("var a = 2; const f = () => [a, v]; var v = 'q' + (a ??= 5); return [a, v]", r#"[2,"q2"]"#);
        right("var a = 0; const f = () => [a, v]; var v = 'q' + (a &&= 5); return [a, v]", r#"[0,"q0"]"#);
        right("let g; g ||= function () {}; return g.name", r#""g""#);
        right("return (function (o, callback = 1) { var o = o || { z: 1 }; return o })()", r#"{"z":1}"#);
        right("return ((a, b = 2) => { for (var a of [1, 2]); return a })(0)", "2");
        right(
            "return (function (a, { b = 2 } = {}) { var a = a + b, c = a; var d; return [a, b, c, d] })(1)",
            "[3,2,3,null]",
        );
        right("const { a: { b }, ...rest } = { a: { b: 1 }, c: 2 }; return [b, rest]", r#"[1,{"c":2}]"#);
        right(
            "var { s: [x] = [], e: { f } = {}, ...r } = { s: [1], id: 2, e: { f: 3 } }; return [x, f, r]",
            r#"[1,3,{"id":2}]"#,
        );
        right(
            "const l = []; for (const { a: { b }, c: [d], ...r } of [{ a: { b: 1 }, c: [2], e: 3 }, { a: { b: 4 }, c: [5] }]) { if (b > 9) continue; let a = 6; l.push(() => [b, d, r, a]) } return l.map(f => f())",
            r#"[[1,2,{"e":3},6],[4,5,{},6]]"#,
        );
        right(
            "for (var { at: { name: n }, ...r } in { ab: 1 }) var m = [n, r]; return m",
            r#"["at",{"0":"a","1":"b"}]"#,
        );
        right(
            "return (({ a: { b }, ...r }, { c } = {}) => ({ b, r, c }))({ a: { b: 1 }, d: 2 })",
            r#"{"b":1,"r":{"d":2}}"#,
        );
        right(
            "return (function ({ a: [b = 3], ...r }) { 'own'; var b = b + 1; return [b, r] })({ a: [], d: 2 })",
            r#"[4,{"d":2}]"#,
        );
        // A text that grows, with all of that in it.
        right(
            "let s = '', n = 0; for (; n < 3 || n - n++ > 0;) { s += n; n += 1 } s ||= 'none'; return [s, n]",
            r#"["012",4]"#,
        );
    });
}

/// Against searches that are written out, on texts of one and two bytes a character.
#[test]
fn texts_are_searched_in_one_walk_with_what_the_standard_gives() {
    on_logic_thread(|| {
        let code = r#"
            let seed = 7;
            const random = n => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
            const letters = ['a', 'b', ',', '中', '🙂', 'é', 'ÿ', 'Ā'];
            const text = (n, from) => Array.from({ length: random(n) }, () => letters[random(from)]).join('');
            // One byte a character in two: what a match gives of a long text.
            const wide = narrow => /x([^]*)$/.exec('y'.repeat(300) + 'x' + narrow)[1];
            const at = (s, p, from) => { for (let i = Math.max(from, 0); i + p.length <= s.length; i++) {
                let j = 0; while (j < p.length && s.charCodeAt(i + j) === p.charCodeAt(j)) j++; if (j === p.length) return i } return -1 };
            const cut = (s, p) => { const out = []; let from = 0, i;
                while ((i = at(s, p, from)) >= 0) { out.push(s.substring(from, i)); from = i + p.length } out.push(s.substring(from)); return out };
            const wrong = [];
            for (let round = 0; round < 4000; round++) {
                let s = text(30, 8 - random(6)), p = text(3, 8 - random(6)) + letters[random(8)], from = random(12) - 2;
                if (random(3) === 0) s = wide(s);
                if (random(3) === 0) p = wide(p);
                const n = text(3, 8), pieces = cut(s, p);
                const same = JSON.stringify(s.split(p)) === JSON.stringify(pieces) && s.indexOf(p, from) === at(s, p, from)
                    && s.indexOf(p) === at(s, p, 0) && s.includes(p, from) === (at(s, p, from) >= 0) && s.replaceAll(p, n) === pieces.join(n);
                if (!same) wrong.push([s, p, from, n]);
            }
            const odd = ['a,b'.split(), 'a,b'.split(''), 'a,b'.split(',', 1), ''.split(','), 'a1b1'.split(1), 'aXb'.replaceAll('X', '$&$&'),
                'aXbX'.replaceAll('X', (x, i) => i), 'abc'.indexOf(''), 'abc'.indexOf('', 9), 'abc'.indexOf('c', '2'), 'abc'.indexOf('c', 1e9),
                'abc'.includes('b', NaN), 'undefined'.indexOf(), new String('a-b').split('-'), 'a-b'.split(new String('-')),
                String.prototype.split.call(12321, 2), String.prototype.split.length, String.prototype.replaceAll.name];
            module.exports = [wrong, odd, 'x,'.repeat(100000).split(',').length]"#;
        let mut bench = Bench::new([("main.js", code)]);
        assert_eq!(
            bench.main(),
            r#"[[],[["a,b"],["a",",","b"],["a"],[""],["a","b",""],"aXXb","a1b3",0,3,2,-1,true,0,["a","b"],["a","b"],["1","3","1"],2,"replaceAll"],100001]"#
        );
    });
}
