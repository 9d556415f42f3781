//! Scripts in compiled form (`package::scripts`): they do what their sources do, and faults name places in the sources.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

mod support;

use pellicle_script::package::maps::{SourceMap, path_of_map, with_maps};
use pellicle_script::package::scripts::ScriptsError;
use pellicle_script::package::{
    CompiledScripts, MemoryPackage, PackageSource, SCRIPTS_FILE, ScriptCompiler, WithCompiled,
};
use pellicle_script::realm::{ScriptEngine, ScriptFault};
use std::sync::Arc;
use support::engine::engine;
use support::{Bench, on_logic_thread};

type Files<'a> = &'a [(&'a str, &'a str)];

fn package(files: Files<'_>) -> MemoryPackage {
    files.iter().copied().collect()
}

/// The compiled form of a package's scripts, from `main.js` on.
fn compiled(files: Files<'_>) -> Vec<u8> {
    let mut compiler = ScriptCompiler::default();
    compiler.add(&package(files), ["main.js".to_owned()]);
    compiler.finish().unwrap()
}

/// A package with compiled scripts beside its files. Nothing may be wrong with them.
fn with(files: Files<'_>, scripts: Vec<u8>) -> WithCompiled<MemoryPackage> {
    let mut all = package(files);
    all.insert(SCRIPTS_FILE, scripts);
    WithCompiled::open(all, |finding| panic!("{finding}"))
}

fn main_of(package: impl PackageSource + 'static) -> Result<String, ScriptFault> {
    let mut bench = Bench::over(package);
    let exports = bench.realm.require("main")?;
    Ok(bench.json(&exports))
}

const MANY: Files<'static> = &[
    (
        "main.js",
        "// A program that takes in every kind of file.\n\
         const common = require('./common');\n\
         const { default: made, named, Kind } = require('./module');\n\
         import('./typed.ts');\n\
         const unused = () => 'nobody calls it';\n\
         const list = [1, 2, 3];\n\
         for (const length of [2, 0, 1]) { list.length = length; common.lengths.push(list.join()) }\n\
         function outer() { const at = () => () => this; return at()().tag }\n\
         if (1 + 1 === 3) { common.never() }\n\
         module.exports = [common.sum(1, 2), common.lengths, made, named, outer.call({ tag: 'kept' }), outer.name, Kind.name,\n\
           (function () { return typeof window })(), new Kind().name, require('./data.json').n];",
    ),
    ("common.js", "exports.lengths = [];\nexports.sum = function sum(first, second) {\n  return first + second;\n};"),
    (
        "module.js",
        "import common from './common';\nexport const named = common.sum(20, 3);\nexport class Kind { name = 'field' }\nexport default [...'ab'].map((letter) => letter + named);",
    ),
    ("typed.ts", "interface Point { x: number }\nexport const at = (point: Point): number => point.x;"),
    ("data.json", "{ \"n\": 7 }"),
];

#[test]
fn compiled_scripts_do_what_their_sources_do() {
    on_logic_thread(|| {
        let parsed = main_of(package(MANY)).unwrap();
        assert_eq!(parsed, r#"[3,["1,2","",""],["a23","b23"],23,"kept","outer","Kind","undefined","field",7]"#);
        assert_eq!(main_of(with(MANY, compiled(MANY))).unwrap(), parsed);
    });
}

#[test]
fn the_compiled_form_is_what_runs() {
    on_logic_thread(|| {
        // Its text may not change what runs if the hash were not looked at.
        let files: Files<'_> = &[("main.js", "module.exports = String(function main() { /* gone */ return 1 + 1 })")];
        assert_eq!(main_of(with(files, compiled(files))).unwrap(), r#""function main(){return 2}""#);
        let changed: Files<'_> =
            &[("main.js", "module.exports = String(function main() { /* stays */ return 1 + 1 })")];
        assert_eq!(
            main_of(with(changed, compiled(files))).unwrap(),
            r#""function main() { /* stays */ return 1 + 1 }""#
        );
    });
}

const FAULTY: Files<'static> = &[
    (
        "main.js",
        "/**\n * A comment of many lines.\n */\n\
         import { fail } from './typed.ts';\n\n\
         const list = [];\n\
         function caller(items) {\n\
         \x20 list.length = 0; list.length = items.length; for (const item of items) {\n\
         \x20   fail(item);\n\
         \x20 }\n\
         }\n\n\
         export const run = () => caller(['first']);\n\
         run();",
    ),
    (
        "typed.ts",
        "type Item = string;\n\n\
         export function fail(item: Item): never {\n\
         \x20 // Far from the start of the file.\n\
         \x20 throw new RangeError(`no ${item}`);\n\
         }",
    ),
];

#[test]
fn faults_name_places_in_the_sources() {
    on_logic_thread(|| {
        let places = |fault: ScriptFault| -> Vec<(String, String, u32)> {
            fault.stack.into_iter().map(|frame| (frame.function, frame.file, frame.line)).collect()
        };
        let parsed = main_of(package(FAULTY)).unwrap_err();
        let loaded = main_of(with(FAULTY, compiled(FAULTY))).unwrap_err();
        assert_eq!(loaded.message, "RangeError: no first");
        let loaded = places(loaded);
        let expected = [("fail", "typed.ts", 5), ("caller", "main.js", 9), ("run", "main.js", 13)];
        for (found, (function, file, line)) in loaded.iter().zip(expected) {
            assert_eq!((found.0.as_str(), found.1.as_str(), found.2), (function, file, line), "{loaded:?}");
        }
        // QuickJS tells of a call at the head of a statement with a column before it, which is another line's here.
        if engine() == ScriptEngine::Boa {
            assert_eq!(loaded, places(parsed));
        }
    });
}

/// A package as it is shipped: code in the place of sources, and the compiled form of that; with the maps of its scripts by name.
fn shipped(files: Files<'_>) -> (MemoryPackage, std::collections::BTreeMap<String, String>) {
    let mut compiler = ScriptCompiler::for_package();
    let mut all = package(files);
    compiler.add(&all, ["main.js".to_owned()]);
    let mut maps = std::collections::BTreeMap::new();
    for script in compiler.take_shipped() {
        maps.insert(script.name(), script.source_map(&all.text(script.path()).unwrap()));
        if script.is_text() {
            all.insert(script.path(), script.code().as_bytes());
        }
    }
    all.insert(SCRIPTS_FILE, compiler.finish().unwrap());
    (all, maps)
}

#[test]
fn shipped_scripts_do_what_their_sources_do_and_their_places_are_in_the_maps() {
    on_logic_thread(|| {
        let (all, _) = shipped(MANY);
        assert!(!all.text("main.js").unwrap().contains("takes in every kind"), "{:?}", all.text("main.js"));
        let of_sources = main_of(package(MANY)).unwrap();
        assert_eq!(main_of(WithCompiled::open(all, |finding| panic!("{finding}"))).unwrap(), of_sources);
        // Code of another format is not used: the code that took the place of sources is read as a source is.
        let (mut all, _) = shipped(MANY);
        all.insert(SCRIPTS_FILE, b"PELLJSJS\x63\0");
        assert_eq!(main_of(WithCompiled::open(all, drop)).unwrap(), of_sources);

        let (mut all, maps) = shipped(FAULTY);
        assert_eq!(maps.len(), 2);
        let places = |package: &MemoryPackage| {
            let opened = WithCompiled::open(package.clone(), |finding| panic!("{finding}"));
            let fault = main_of(opened).unwrap_err();
            fault.stack.into_iter().map(|frame| (frame.file, frame.line, frame.column)).collect::<Vec<_>>()
        };
        let generated = places(&all);
        assert!(generated.iter().take(3).all(|(_, line, _)| *line == 1), "{generated:?}");
        let find = |name: &str| SourceMap::parse(maps.get(name)?).ok();
        let (scripts, found) = with_maps(&all, find).unwrap().unwrap();
        all.insert(SCRIPTS_FILE, scripts);
        let mapped = places(&all);
        assert_eq!(found, 2);
        let beside = main_of(with(FAULTY, compiled(FAULTY))).unwrap_err().stack;
        let beside: Vec<_> = beside.into_iter().map(|frame| (frame.file, frame.line, frame.column)).collect();
        assert_eq!(mapped, beside);
        // By hand, as somebody does with a log.
        for ((file, line, column), expected) in generated.iter().zip(&mapped) {
            let (_, json) = maps.iter().find(|(name, _)| path_of_map(name) == Some(&**file)).unwrap();
            let map = SourceMap::parse(json).unwrap();
            let (line, column) = map.original(*line, *column);
            assert_eq!((map.source(), line, column), (&*expected.0, expected.1, expected.2));
        }
        assert!(SourceMap::parse("{}").is_err() && SourceMap::parse("[1").is_err());
    });
}

#[test]
fn what_has_mistakes_or_worklets_is_left_out_and_read_as_it_is() {
    on_logic_thread(|| {
        let files: Files<'_> = &[
            (
                "main.js",
                "try { require('./broken') } catch (e) { module.exports = e.name }\nrequire('./worklet'); require('./gone')",
            ),
            ("broken.js", "let let = 1;\n{"),
            ("worklet.js", "exports.f = () => { 'worklet'; return 1 }"),
        ];
        let mut compiler = ScriptCompiler::default();
        compiler.add(&package(files), ["main.js".to_owned()]);
        assert_eq!(compiler.len(), 1);
        let mut left = compiler.left_out().to_vec();
        left.sort();
        assert_eq!(left, ["broken.js", "worklet.js"]);
        let fault = main_of(with(files, compiler.finish().unwrap())).unwrap_err();
        assert!(fault.message.contains("module './gone' is not found"), "{fault}");
    });
}

#[test]
fn bytes_that_do_not_fit_are_told_of_and_not_used() {
    let bytes = compiled(MANY);
    let open = |bytes: &[u8]| CompiledScripts::open(Arc::from(bytes)).map(drop);
    assert_eq!(open(&bytes), Ok(()));
    assert_eq!(open(b"x"), Err(ScriptsError::Foreign));
    assert_eq!(open(&bytes[..9]), Err(ScriptsError::Damaged));
    let mut other = bytes.clone();
    other[8] = 99;
    assert_eq!(open(&other), Err(ScriptsError::Version(99)));
    for at in [10, 30, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert_eq!(open(&damaged), Err(ScriptsError::Damaged), "{at}");
    }
    let told = std::cell::RefCell::new(Vec::new());
    let mut files = package(MANY);
    files.insert(SCRIPTS_FILE, b"x");
    let opened = WithCompiled::open(files, |finding| told.borrow_mut().push(finding.to_string()));
    assert!(opened.scripts("main.js").is_none());
    let told = told.into_inner();
    assert!(told.len() == 1 && told[0].contains("holds no compiled scripts"), "{told:?}");
}

/// A file of many statements stays one: joined to a single expression it would be nested too deep.
#[test]
fn many_statements_stay_statements() {
    on_logic_thread(|| {
        let text: String = (0..14_000).map(|n| format!("exports.a{n} = {n};\n")).collect();
        let files: Files<'_> =
            &[("main.js", "module.exports = Object.keys(require('./many')).length"), ("many.js", &text)];
        let mut compiler = ScriptCompiler::default();
        compiler.add(&package(files), ["main.js".to_owned()]);
        assert_eq!((compiler.len(), compiler.left_out().len()), (2, 0));
        assert_eq!(main_of(with(files, compiler.finish().unwrap())).unwrap(), "14000");
    });
}

/// If this fails, scripts are written differently than they were: that is another version of the format.
#[test]
fn the_form_is_that_of_the_version() {
    let files: Files<'_> = &[(
        "main.js",
        "const grow = (list) => {\n  let text = '';\n  for (const one of list) text += one;\n  list.length = 0;\n  return text;\n};\n\
         module.exports = grow(['a']) + (() => () => this)()();",
    )];
    let bytes = compiled(files);
    let version = u16::from_le_bytes([bytes[8], bytes[9]]);
    let hash = blake3::hash(&bytes).to_hex();
    assert_eq!((version, &hash.as_str()[..16]), (2, "645c64f6306186b3"));
}
