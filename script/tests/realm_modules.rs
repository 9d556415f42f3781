//! Modules: resolution, CommonJS, module syntax, TypeScript.

mod support;

use pellicle_script::realm::{FaultKind, ScriptFault};
use support::{Bench, fault, on_logic_thread};

/// The JSON of what `main.js` (or the first file) exports.
fn run<const N: usize>(files: [(&str, &str); N]) -> String {
    let first = files[0].0.to_owned();
    let mut bench = Bench::new(files);
    let exports = bench.realm.require(&first).unwrap_or_else(|fault| panic!("{fault} {:?}", fault.stack));
    bench.settle(0.0);
    assert!(bench.sink.faults.borrow().is_empty(), "{:?}", bench.sink.faults.borrow());
    bench.json(&exports)
}

fn fails<const N: usize>(files: [(&str, &str); N]) -> ScriptFault {
    let first = files[0].0.to_owned();
    Bench::new(files).realm.require(&first).expect_err("the module should fail")
}

fn place(fault: &ScriptFault) -> (String, u32, u32) {
    let frame = fault.stack.first().expect("a place");
    (frame.file.clone(), frame.line, frame.column)
}

#[test]
fn a_file_runs_once_and_is_found_by_every_spelling() {
    on_logic_thread(|| {
        assert_eq!(
            run([
                (
                    "pages/a/a.js",
                    "module.exports = ['../../utils/x', '../../utils/x.js', '/utils/x', 'utils/x.js', './b', './folder', '../../data', './t']\
                     .map(id => require(id))"
                ),
                ("utils/x.js", "global.n = (global.n || 0) + 1; exports.n = n"),
                ("pages/a/b.js", "module.exports = 'b'"),
                ("pages/a/folder/index.js", "module.exports = 'index'"),
                ("data.json", "\u{feff}{\"json\": true}"),
                ("pages/a/t.ts", "export const t: number = 1"),
            ]),
            r#"[{"n":1},{"n":1},{"n":1},{"n":1},"b","index",{"json":true},{"t":1}]"#
        );
    });
}

#[test]
fn packages_are_found_up_the_folders_and_by_their_manifest() {
    on_logic_thread(|| {
        assert_eq!(
            run([
                (
                    "sub/pages/a.js",
                    "module.exports = ['near', 'far', 'far/lib/x', 'dist', 'dist/button', 'named', 'main', '@scope/pkg/util', '/miniprogram_npm/@scope/pkg/util'].map(id => require(id))"
                ),
                ("sub/miniprogram_npm/near/index.js", "module.exports = 'near'"),
                ("miniprogram_npm/near/index.js", "module.exports = 'wrong'"),
                ("miniprogram_npm/far/index.js", "module.exports = 'far ' + require('./lib/x') + require('near')"),
                ("miniprogram_npm/far/lib/x.js", "module.exports = 'x'"),
                ("node_modules/dist/package.json", "{\"main\": \"lib/node.js\"}"),
                ("node_modules/dist/lib/node.js", "module.exports = 'node'"),
                ("node_modules/dist/miniprogram_dist/index.js", "module.exports = 'dist'"),
                ("node_modules/dist/miniprogram_dist/button/index.js", "module.exports = 'button'"),
                ("node_modules/named/package.json", "{\"miniprogram\": \"mp\"}"),
                ("node_modules/named/mp/index.js", "module.exports = 'named'"),
                ("node_modules/main/package.json", "{\"main\": \"./lib/entry\"}"),
                ("node_modules/main/lib/entry.js", "module.exports = 'entry'"),
                ("node_modules/@scope/pkg/util.js", "module.exports = 'scoped'"),
            ]),
            r#"["near","far xwrong","x","dist","button","named","entry","scoped","scoped"]"#
        );
    });
}

#[test]
fn aliases_of_the_configuration_are_followed() {
    on_logic_thread(|| {
        assert_eq!(
            run([
                ("pages/a.js", "module.exports = [require('~/utils/x'), require('@lib/y')]"),
                ("app.json", r#"{"resolveAlias": {"~/*": "/*", "@lib/*": "/third/lib/*"}}"#),
                ("utils/x.js", "module.exports = 'x'"),
                ("third/lib/y.js", "module.exports = 'y'"),
            ]),
            r#"["x","y"]"#
        );
    });
}

#[test]
fn circular_requires_give_what_is_there() {
    on_logic_thread(|| {
        assert_eq!(
            run([
                (
                    "a.js",
                    "exports.early = 1; const b = require('./b'); exports.late = 2; module.exports = { seen: b.seen, after: b.after() }"
                ),
                ("b.js", "const a = require('./a'); exports.seen = { ...a }; exports.after = () => ({ ...a })"),
            ]),
            r#"{"seen":{"early":1},"after":{"early":1,"late":2}}"#
        );
        assert_eq!(
            run([
                (
                    "a.js",
                    "import { b, callA } from './b'; export function a() { return 'a' + b } export const all = callA()"
                ),
                ("b.js", "import { a } from './a'; export let b = 'b'; export const callA = () => a()"),
            ]),
            r#"{"all":"ab"}"#
        );
    });
}

#[test]
fn what_is_missing_is_a_fault_of_its_own_kind_with_the_place_of_the_require() {
    on_logic_thread(|| {
        let missing = fails([("a.js", "\n\nconst x = require('./nothing')")]);
        assert_eq!(missing.kind, FaultKind::NotFound);
        assert_eq!(missing.message, "Error: module './nothing' is not found, required by 'a.js'");
        let frame = missing.stack.iter().find(|frame| frame.file == "a.js").unwrap();
        assert_eq!(frame.line, 3);
        let mut bench = Bench::new([("a.js", "try { require('x') } catch (e) { exports.m = e.message }")]);
        assert_eq!(bench.realm.require("nothing").unwrap_err().kind, FaultKind::NotFound);
        let exports = bench.realm.require("a").unwrap();
        assert!(bench.json(&exports).contains("module 'x' is not found"));
        assert_eq!(fails([("a.js", "require('../../outside')")]).kind, FaultKind::NotFound);
    });
}

#[test]
fn syntax_faults_name_their_place_every_time() {
    on_logic_thread(|| {
        let mut bench = Bench::new([
            ("a.js", "try { require('./b') } catch (e) {}\nrequire('./b')"),
            ("b.js", "let a = 1;\nlet b = ;\n"),
        ]);
        let fault = bench.realm.require("a").unwrap_err();
        assert_eq!((fault.kind.clone(), place(&fault)), (FaultKind::Syntax, ("b.js".to_owned(), 2, 9)));
        assert!(fault.message.starts_with("SyntaxError: "), "{fault}");
        let first_line = fails([("a.js", "let x = ) ")]);
        assert_eq!(place(&first_line), ("a.js".to_owned(), 1, 9));
        let module = fails([("a.js", "import a from './b'\n\nexport const = 1")]);
        assert_eq!((module.kind.clone(), place(&module).1), (FaultKind::Syntax, 3));
        let typed = fails([("a.ts", "const a: number = 1\nconst b: = 2")]);
        assert_eq!((typed.kind.clone(), place(&typed).1), (FaultKind::Syntax, 2));
    });
}

#[test]
fn a_module_that_throws_keeps_what_it_had_exported() {
    on_logic_thread(|| {
        let mut bench = Bench::new([("a.js", "exports.x = 1; throw new Error('half')")]);
        assert_eq!(bench.realm.require("a").unwrap_err().message, "Error: half");
        let exports = bench.realm.require("a").unwrap();
        assert_eq!(bench.json(&exports), r#"{"x":1}"#);
    });
}

#[test]
fn names_of_the_browser_are_undefined_and_may_be_declared() {
    on_logic_thread(|| {
        assert_eq!(
            run([(
                "a.js",
                "const location = 'here'; let self = this; var history = []; function alert() { return 1 }\n\
                 module.exports = [location, self === undefined || self === globalThis, history, alert(), typeof window, typeof document,\n\
                 (() => { try { window.x } catch (e) { return e.name } })()]"
            )]),
            r#"["here",true,[],1,"undefined","undefined","TypeError"]"#
        );
    });
}

#[test]
fn asynchronous_requires_give_promises() {
    on_logic_thread(|| {
        let mut bench = Bench::new([
            (
                "a.js",
                "global.log = []; require.async('./b').then(b => log.push(b.v)); require.async('./none').catch(e => log.push(e.message));\n\
                 import('./esm').then(m => log.push(m.default, m.named)); import('./b').then(m => log.push(m.default.v, m.v)); log.push('first')",
            ),
            ("b.js", "exports.v = 1"),
            ("esm.js", "export default 2; export const named = 3"),
        ]);
        bench.realm.require("a").unwrap();
        bench.settle(0.0);
        let log = bench.realm.global("log").unwrap();
        assert_eq!(bench.json(&log), r#"["first",1,"module './none' is not found, required by 'a.js'",2,3,1,1]"#);
    });
}

const ESM: &str = "export default function hello() { return 'default' }\nexport const a = 1, { b, c: [d] } = { b: 2, c: [3] };\n\
    export let live = 0; export function bump() { live++; return this === undefined }\nexport class K { static s = 's' }\n\
    const inner = 'inner'; export { inner as outer, inner as 'string name' };\n";

#[test]
fn every_form_of_import_meets_every_form_of_export() {
    on_logic_thread(|| {
        let imports = "import hello, { a, b as bee, d, live, bump, K, outer, default as again } from './esm';\nimport * as ns from './esm';\n\
            import cjs from './cjs'; import { x, y } from './cjs'; import * as cns from './cjs';\n\
            import fn from './fn'; import { named } from './fn'; import babel from './babel'; import { extra } from './babel';\n\
            import './side'; import data from './data.json'; import { 'string name' as odd } from './esm';\n";
        let show = "const before = live; const strict = bump();\n\
            export default [hello(), a, bee, d, before, live, strict, K.s, outer, again === hello, odd,\n\
            Object.keys(ns).sort(), ns.live, cjs.x, x, y, cns.default === cjs, cns.x, fn(), named, babel, extra, side, data.k, { a, live }, typeof live, `${a}`, [a, ...[d]], a ? live : d]";
        let files = [
            ("main.js", &*format!("{imports}{show}")),
            ("esm.js", ESM),
            ("cjs.js", "module.exports = { x: 'x', get y() { return 'y' } }"),
            ("fn.js", "module.exports = () => 'called'; module.exports.named = 'named'"),
            (
                "babel.js",
                "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 'bd'; exports.extra = 'be'",
            ),
            ("side.js", "globalThis.side = 'side'"),
            ("data.json", "{\"k\": \"v\"}"),
        ];
        let expected = r#"{"default":["default",1,2,3,0,1,true,"s","inner",true,"inner",["K","a","b","bump","d","default","live","outer","string name"],1,"x","x","y",true,"x","called","named","bd","be","side","v",{"a":1,"live":1},"number","1",[1,3],1]}"#;
        assert_eq!(run(files), expected);
        // The same from CommonJS.
        assert_eq!(
            run([
                (
                    "main.js",
                    "const m = require('./esm'); const { a, default: d } = m; module.exports = [a, d(), m.outer, m.__esModule, Object.keys(m).length]"
                ),
                ("esm.js", ESM)
            ]),
            r#"[1,"default","inner",true,9]"#
        );
    });
}

#[test]
fn re_exports_pass_everything_on() {
    on_logic_thread(|| {
        assert_eq!(
            run([
                (
                    "main.js",
                    "import * as all from './barrel'; import { one } from './barrel'; export default [Object.keys(all).sort(), one, all.two, all.uno, all.D, all.space.one, all.cjsx]"
                ),
                (
                    "barrel.js",
                    "export * from './parts'; export { one as uno, default as D } from './parts'; export * as space from './parts'; export * from './cjs'; import { two as local } from './parts'; export { local as renamed }"
                ),
                ("parts.js", "export const one = 1; export const two = 2; export default 'd'"),
                ("cjs.js", "exports.cjsx = 'c'; exports.one = 'shadowed'"),
            ]),
            r#"{"default":[["D","cjsx","one","renamed","space","two","uno"],1,2,1,"d",1,"c"]}"#
        );
    });
}

#[test]
fn scopes_decide_what_is_an_imported_name() {
    on_logic_thread(|| {
        assert_eq!(
            run([
                (
                    "main.js",
                    "import { v, f, tag } from './m';\nfunction shadow(v) { return v }\nconst o = { v, w: v, [v]: v, v2() { return v }, f };\n\
                     const inner = () => { const v = 'inner'; return { v } };\nlabel: for (const v of ['loop']) { o.loop = v; continue label }\n\
                     class C { v = v; static f() { return f() } }\nconst { v: dv = v } = {};\n\
                     export default [shadow('arg'), o.v, o.w, o.imported, o.v2(), o.f === f, inner().v, o.loop, new C().v, C.f(), dv, f(), tag`x`, o?.v, (v), typeof f, new (class { x = v })().x]"
                ),
                (
                    "m.js",
                    "export const v = 'imported'; export function f() { return this === undefined } export function tag(s) { return s[0] + (this === undefined) }"
                ),
            ]),
            r#"{"default":["arg","imported","imported","imported","imported",true,"inner","loop","imported",true,"imported",true,"xtrue","imported","imported","function","imported"]}"#
        );
    });
}

#[test]
fn default_exports_of_every_kind() {
    on_logic_thread(|| {
        for (source, expected) in [
            ("export default 1", "1"),
            ("export default { a: 1 }", r#"{"a":1}"#),
            ("export default {\n a: 1\n}\n", r#"{"a":1}"#),
            ("export default (1, 2)", "2"),
            ("export default function () { return 1 }", "null"),
            ("export default function* () {}", "null"),
            ("export default async () => {}", "null"),
            ("export default class {}", "null"),
            ("export default class extends Array {}", "null"),
            ("export default [1].map(x => x)", "[1]"),
            ("const x = 5; export default x", "5"),
            ("const x = 5; export { x as default }", "5"),
            ("export default await_ => 1", "null"),
            ("export default 'a' // comment", "\"a\""),
            ("export /* c */ default /* d */ 'a'", "\"a\""),
        ] {
            let kinds = run([("main.js", "import d from './m'; module.exports = [d]"), ("m.js", source)]);
            assert_eq!(kinds, format!("[{expected}]"), "{source}");
        }
        assert_eq!(
            run([
                ("main.js", "import f, { g } from './m'; module.exports = [f(), new g().x]"),
                (
                    "m.js",
                    "export default function () { return h() }\nfunction h() { return 'h' }\nexport class g { x = 1 }"
                )
            ]),
            r#"["h",1]"#
        );
    });
}

#[test]
fn mixed_modules_and_late_imports_are_tolerated() {
    on_logic_thread(|| {
        assert_eq!(
            run([
                (
                    "main.js",
                    "const order = []; globalThis.order = order; order.push('body'); import a from './a'; import { b } from './b'; module.exports = [a.x, b, order]"
                ),
                ("a.js", "export default { x: 'lost' }; module.exports = { x: 'replaced' }"),
                ("b.js", "const c = require('./c'); export const b = c.c; exports.other = 1"),
                ("c.js", "exports.c = 'c'"),
            ]),
            r#"["replaced","c",["body"]]"#
        );
        assert_eq!(
            run([(
                "main.js",
                "if (true) { module.exports = 'plain' }\n// export default\nconst s = `\nimport x from 'y'\nexport default 1`;"
            )]),
            r#""plain""#
        );
        assert_eq!(run([("main.js", "'use strict'\nexport {}\n")]), "{}");
        assert_eq!(run([("main.js", "export { x }\nconst x = 1")]), r#"{"x":1}"#);
        assert_eq!(run([("main.js", "const x = 1; export {x}")]), r#"{"x":1}"#);
    });
}

#[test]
fn calls_of_imported_functions_do_not_join_the_line_before() {
    on_logic_thread(|| {
        assert_eq!(
            run([
                (
                    "main.js",
                    "'use strict'\nimport f, { log } from './m'\nconst list = [1]\nf('a')\nfunction g() {\n  'use strict'\n  f('b')\n}\ng()\n\
                     if (list) f('c')\nelse f('no')\nfor (const x of list) f('d')\nconst h = () => f('e')\nh()\nlabel: f('g')\n\
                     switch (1) { case 1: f('h') }\nconst t = 1\nf`i`\nlist\nf('j').x\nvar y = x => f(x)\ny('k')\nexport default log"
                ),
                ("m.js", "export const log = []; export default x => { log.push(x + ''); return {} }")
            ]),
            r#"{"default":["a","b","c","d","e","g","h","i","j","k"]}"#
        );
    });
}

#[test]
fn lines_of_rewritten_modules_stay() {
    on_logic_thread(|| {
        let fault = fails([
            ("main.js", "import {\n  a,\n  b\n} from './m'\n\nexport default function f() {\n  return a.x.y\n}\nf()"),
            ("m.js", "export const a = {}, b = 1"),
        ]);
        assert_eq!((fault.stack[0].line, fault.stack[0].function.as_str()), (7, "f"));
        assert_eq!(fault.stack[1].line, 9);
    });
}

#[test]
fn typescript_runs_without_its_types_and_keeps_its_places() {
    on_logic_thread(|| {
        assert_eq!(
            run([
                (
                    "main.ts",
                    "import type { T } from './types'\nimport { helper, Unused } from './helper'\nimport def = require('./cjs')\n\
                     interface Props { a: number }\nenum Color { Red, Green = 'g' }\nconst enum Flag { On = 2 }\n\
                     abstract class Base<T> { constructor(protected readonly x: number, public y?: T) {} abstract m(): void }\n\
                     class Derived extends Base<string> { declare z: number; field: number = 1; m() {} get sum(): number { return this.x + this.field } }\n\
                     function over(a: string): string; function over(a: any) { return a as string }\nnamespace N { export const v = 4 }\n\
                     let t = <T>{}; const u: unknown = over('o')!; type X = { [k in keyof Props]: Props[k] } satisfies {}\n"
                        .replace(" satisfies {}", "")
                        .leak() as &str
                ),
                ("types.ts", "export interface T { x: number }"),
                ("helper.ts", "export const helper = <A,>(a: A): A => a; export class Unused {}"),
                ("cjs.js", "module.exports = 'cjs'"),
            ]),
            "{}"
        );
        assert_eq!(
            run([
                (
                    "main.ts",
                    "import { helper } from './helper'\nenum Color { Red, Green = 'g' }\nclass B { constructor(protected x: number) {} }\n\
                     class D extends B { field: number = 1; get sum(): number { return this.x + this.field } }\nnamespace N { export const v = 4 }\n\
                     export const list: Array<number | string> = [helper<number>(2), Color.Red, Color.Green, Color[0], new D(5).sum, N.v, (<any>1) as number]\n"
                ),
                ("helper.ts", "export const helper = <A,>(a: A): A => a"),
            ]),
            r#"{"list":[2,0,"g","Red",6,4,1]}"#
        );
        let fault = fails([(
            "main.ts",
            "interface A {\n  x: number\n}\n\nfunction boom(a: A | null): number {\n  return a!.x\n}\nexport const v = boom(null)\n",
        )]);
        assert_eq!(
            (fault.stack[0].file.as_str(), fault.stack[0].line, fault.stack[0].function.as_str()),
            ("main.ts", 6, "boom")
        );
        assert_eq!(fault.stack[1].line, 8);
    });
}

#[test]
fn names_that_the_engine_takes_for_keywords_are_tolerated() {
    on_logic_thread(|| {
        assert_eq!(
            run([(
                "main.js",
                "var using = 1; function f(using) { return { using } } const { using: u } = f(2); exports.using = using; module.exports = [using, f(3), u, exports.using]"
            )]),
            r#"[1,{"using":3},2,1]"#
        );
    });
}

#[test]
fn requires_too_deep_inside_each_other_are_refused() {
    on_logic_thread(|| {
        let files: Vec<(String, String)> =
            (0..1000).map(|n| (format!("m{n}.js"), format!("require('./m{}')", n + 1))).collect();
        let mut bench = Bench::over(files.into_iter().collect::<pellicle_script::package::MemoryPackage>());
        let fault = bench.realm.require("m0").unwrap_err();
        assert_eq!(fault.kind, FaultKind::Exception);
        assert!(fault.message.contains("too many requires"), "{fault}");
    });
}

#[test]
fn arguments_of_require_must_be_texts() {
    on_logic_thread(|| {
        assert!(fault("require()").message.starts_with("TypeError"));
        assert!(fault("require({})").message.starts_with("TypeError"));
    });
}
