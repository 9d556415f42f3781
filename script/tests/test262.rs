//! The language's own tests of the built-ins that the realm replaces.
//!
//! They are not a part of this repository. `PELLICLE_TEST262` names a checkout of github.com/tc39/test262, of which `harness` and
//! `test/built-ins` are read:
//!
//! ```sh
//! PELLICLE_TEST262=../test262 cargo test -p pellicle-script --test test262 -- --nocapture
//! ```
//!
//! Each file runs as the body of a module, once as it is and once in strict mode. Those that need what a mini-program does
//! not get (other realms, `eval`, detached buffers) are left out by what they say of themselves; files that are known to
//! fail stand in `data/test262-known.txt`, and one of them that passes is told of, too.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Bench, on_logic_thread};

/// What is replaced, under `test/built-ins`.
const REPLACED: &[&str] = &[
    "Array/from",
    "Array/prototype/concat",
    "Array/prototype/copyWithin",
    "Array/prototype/fill",
    "Array/prototype/flat",
    "Array/prototype/includes",
    "Array/prototype/indexOf",
    "Array/prototype/join",
    "Array/prototype/lastIndexOf",
    "Array/prototype/reverse",
    "Array/prototype/slice",
    "Array/prototype/sort",
    "Array/prototype/splice",
    "Array/prototype/toReversed",
    "Array/prototype/toSorted",
    "Array/prototype/unshift",
    "Array/prototype/with",
    "Array/length",
    "Function/prototype/apply",
    "JSON",
    "Reflect/apply",
    "RegExp/prototype/exec",
    "String/prototype/includes",
    "String/prototype/indexOf",
    "String/prototype/padEnd",
    "String/prototype/padStart",
    "String/prototype/repeat",
    "String/prototype/replaceAll",
    "String/prototype/split",
    "String/raw",
    "TypedArray/prototype/fill",
    "TypedArray/prototype/sort",
    "TypedArray/prototype/toSorted",
];
/// Features that a realm does not have, and helpers that need them.
const WITHOUT: &[&str] = &[
    "cross-realm",
    "resizable-arraybuffer",
    "immutable-arraybuffer",
    "SharedArrayBuffer",
    "Temporal",
    "json-parse-with-source",
    "detachArrayBuffer.js",
];

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "js") {
            out.push(path);
        }
    }
}

/// The names in a list of the head of a file, such as `includes: [a.js, b.js]`.
fn listed(head: &str, field: &str) -> Vec<String> {
    let Some((_, rest)) = head.split_once(&format!("{field}:")) else { return Vec::new() };
    let rest = rest.trim_start_matches(' ');
    let text: String = match rest.strip_prefix('[') {
        Some(list) => list.split(']').next().unwrap_or_default().replace(',', " "),
        None => {
            rest.lines().skip(1).map_while(|line| line.trim_start().strip_prefix("- ")).collect::<Vec<_>>().join(" ")
        }
    };
    text.split_whitespace().map(str::to_owned).collect()
}

/// Runs a file; why it failed.
fn run(root: &Path, text: &str, strict: bool) -> Result<(), String> {
    let head = text.split_once("/*---").and_then(|(_, rest)| rest.split_once("---*/")).map_or("", |(head, _)| head);
    let helper = |name: &str| fs::read_to_string(root.join("harness").join(name)).unwrap_or_default();
    let mut code = if strict { "\"use strict\";\n".to_owned() } else { String::new() };
    for name in ["assert.js", "sta.js"].into_iter().map(str::to_owned).chain(listed(head, "includes")) {
        code.push_str(&helper(&name));
        code.push('\n');
    }
    code.push_str(text);
    let mut bench = Bench::new([("main.js", &code)]);
    bench.realm.require("main").map(drop).map_err(|fault| fault.message)
}

/// True for a file that a realm can be asked to run.
fn is_meant(text: &str) -> bool {
    let head = text.split_once("/*---").and_then(|(_, rest)| rest.split_once("---*/")).map_or("", |(head, _)| head);
    !["negative:", "async", "module", "raw"].iter().any(|flag| head.contains(flag))
        && !WITHOUT.iter().any(|feature| head.contains(feature))
        && !["eval(", "Function(", "$262"].iter().any(|word| text.contains(word))
}

#[test]
fn replaced_built_ins_pass_the_tests_of_the_language() {
    let Some(root) = std::env::var_os("PELLICLE_TEST262").map(PathBuf::from) else {
        println!("not run: PELLICLE_TEST262 names no checkout of test262");
        return;
    };
    on_logic_thread(move || {
        let known: BTreeSet<&str> =
            include_str!("data/test262-known.txt").lines().filter_map(|line| line.split('\t').next()).collect();
        let (mut count, mut wrong) = (0, Vec::new());
        for part in REPLACED {
            let mut all = Vec::new();
            files(&root.join("test/built-ins").join(part), &mut all);
            all.sort();
            assert!(!all.is_empty(), "{part} is not there");
            for path in all {
                let text = fs::read_to_string(&path).unwrap();
                if !is_meant(&text) {
                    continue;
                }
                let name = path.strip_prefix(root.join("test/built-ins")).unwrap().display().to_string();
                let head = text.split("---*/").next().unwrap_or_default();
                let modes = [!head.contains("onlyStrict"), !head.contains("noStrict")];
                let mut failed = None;
                for (strict, _) in [false, true].into_iter().zip(modes).filter(|(_, runs)| *runs) {
                    count += 1;
                    failed = failed.or(run(&root, &text, strict).err());
                }
                match (failed, known.contains(name.as_str())) {
                    (Some(why), false) => wrong.push(format!("{name}\t{}", why.replace('\n', " "))),
                    (None, true) => wrong.push(format!("{name}\tpasses, and is said to fail")),
                    _ => {}
                }
            }
        }
        println!("{count} runs");
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    });
}
