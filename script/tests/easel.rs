//! The component framework beside glass-easel: small generated programs, whose composed trees and logs were
//! made by WeChat's own open implementation (`easel/generate.mjs`).
//!
//! `PELLICLE_EASEL=for-keys/12` prints what differs in the cases whose names start so, listed or not;
//! `PELLICLE_EASEL_CASES=FILE` runs the cases of another file.

#![allow(clippy::unwrap_used)]

mod program;

use pellicle_layout::document::ops::NodeId;
use pellicle_layout::document::{AttributeValue, NodeKind};
use pellicle_script::value::Value;
use pellicle_script::vm::to_text;
use program::{Bench, Files, run_package};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const CASES: &str = include_str!("data/easel-cases.jsonl");
const DIFFERENCES: &str = include_str!("data/easel-differences.txt");

/// Script's way to log: as `show` in `easel/reference.mjs`.
const APP: &str = "globalThis.log = (...values) => \
    console.log(values.map((v) => typeof v === 'string' ? v : String(JSON.stringify(v))).join(' ')); App({})";

#[derive(Deserialize)]
struct Case {
    name: String,
    files: BTreeMap<String, String>,
    steps: Vec<String>,
    /// For the start and after each step: the tree, then the lines of the log.
    states: Vec<Vec<String>>,
}

/// How one case came out: nothing, or where it differs first.
fn differs(case: &Case) -> Option<String> {
    let mut files: BTreeMap<String, Arc<[u8]>> =
        case.files.iter().map(|(path, text)| (path.clone(), Arc::from(text.as_bytes()))).collect();
    files.insert("app.js".to_owned(), Arc::from(APP.as_bytes()));
    files.insert("app.json".to_owned(), Arc::from(&br#"{"pages":["p/p"]}"#[..]));
    // Components say that they are components in their configuration; the cases leave that out.
    for path in case.files.keys().filter_map(|path| path.strip_suffix(".wxml")).filter(|path| path.starts_with("c/")) {
        let config = case.files.get(&format!("{path}.json")).map_or("{}", String::as_str);
        let comma = if config == "{}" { "" } else { "," };
        let config = format!("{{\"component\":true{comma}{}", &config[1..]);
        files.insert(format!("{path}.json"), Arc::from(config.into_bytes()));
    }
    let steps = case.steps.clone();
    let work = move || {
        run_package(
            Arc::new(Files(files)),
            |_| (),
            move |bench| {
                bench.launch();
                let mut states = vec![state(bench)];
                for step in &steps {
                    match step.strip_prefix("tap ") {
                        // What is not there is not tapped.
                        Some(id) if bench.find_id(id).is_none() => {}
                        Some(id) => {
                            bench.tap(id);
                        }
                        None => {
                            bench.call(step);
                        }
                    }
                    states.push(state(bench));
                }
                (states, bench.take_faults())
            },
        )
    };
    let Ok((states, faults)) = catch_unwind(AssertUnwindSafe(work)) else {
        return Some("it panicked".to_owned());
    };
    let at = case.states.iter().zip(&states).position(|(want, got)| want != got);
    let Some(at) = at else {
        return (!faults.is_empty()).then(|| format!("faults: {faults:?}"));
    };
    let mut text = String::new();
    for (path, source) in &case.files {
        writeln!(text, "    {path}: {source}").unwrap();
    }
    for (before, state) in case.states[..at].iter().enumerate() {
        writeln!(text, "  {before}: {state:?}").unwrap();
    }
    writeln!(text, "  at state {at}").unwrap();
    let (want, got) = (&case.states[at], &states[at]);
    if want[0] != got[0] {
        writeln!(text, "  want {}\n   got {}", want[0], got[0]).unwrap();
    }
    if want[1..] != got[1..] {
        writeln!(text, "  want {:?}\n   got {:?}", &want[1..], &got[1..]).unwrap();
    }
    if !faults.is_empty() {
        writeln!(text, "  faults {faults:?}").unwrap();
    }
    Some(text)
}

fn state(bench: &mut Bench) -> Vec<String> {
    // Callbacks of what showed nothing run a little later.
    bench.wait(5.0);
    let mut tree = String::new();
    if let Some(page) = bench.document.top_page() {
        write_node(bench, page.root, &mut tree);
    }
    let mut out = vec![tree];
    out.extend(bench.take_log());
    out
}

/// One line for a node and what is in it, as `element` in `easel/reference.mjs` writes it.
fn write_node(bench: &Bench, id: NodeId, out: &mut String) {
    let node = bench.document.node(id).unwrap();
    let name = |atom| bench.document.names.resolve(atom);
    match &node.kind {
        NodeKind::Text(text) => out.push_str(&serde_json::to_string(&**text).unwrap()),
        NodeKind::Element(tag) => {
            out.push_str(name(*tag));
            if !node.name.is_empty() {
                write!(out, "#{}", name(node.name)).unwrap();
            }
            let classes: BTreeSet<&str> = node.classes.iter().map(|class| &**name(class.name)).collect();
            for class in classes {
                write!(out, ".{class}").unwrap();
            }
            let mut given: Vec<String> = Vec::new();
            for (attribute, value) in &node.attributes {
                let text = match value {
                    AttributeValue::Text(text) | AttributeValue::Json(text) => text.to_string(),
                    AttributeValue::Null => "null".to_owned(),
                    AttributeValue::Bool(value) => value.to_string(),
                    AttributeValue::Number(number) => to_text(&Value::Number(*number)).to_string(),
                    AttributeValue::Classes(_) => "classes".to_owned(),
                };
                given.push(format!("{}={text}", name(*attribute)));
            }
            given.extend(node.inline_style.as_ref().map(|style| format!("style={style}")));
            given.sort();
            if !given.is_empty() {
                write!(out, "[{}]", given.join(" ")).unwrap();
            }
            let kind = |id: NodeId| bench.document.node(id).map(|node| &node.kind);
            let shown = |id: &NodeId| !matches!(kind(*id), Some(NodeKind::Text(text)) if text.is_empty());
            let children: Vec<NodeId> = node.children.iter().copied().filter(shown).collect();
            for (at, child) in children.iter().enumerate() {
                out.push(if at == 0 { '{' } else { ' ' });
                write_node(bench, *child, out);
            }
            if !children.is_empty() {
                out.push('}');
            }
        }
    }
}

#[test]
fn generated_programs_do_what_they_do_in_glass_easel() {
    let fresh = std::env::var("PELLICLE_EASEL_CASES").ok().map(|path| std::fs::read_to_string(path).unwrap());
    let source = fresh.as_deref().unwrap_or(CASES);
    let cases: Vec<Case> = source.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let asked = std::env::var("PELLICLE_EASEL").ok();
    let cases: Vec<Case> =
        cases.into_iter().filter(|c| asked.as_ref().is_none_or(|asked| c.name.starts_with(&**asked))).collect();
    // A line names a case, or a category that differs by nature, and says why.
    let listed: BTreeMap<&str, &str> = DIFFERENCES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(' ').expect("a name and a reason"))
        .collect();
    let next = AtomicUsize::new(0);
    let found: Mutex<BTreeMap<usize, String>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(at) else { break };
                    if let Some(text) = differs(case) {
                        found.lock().unwrap().insert(at, text);
                    }
                }
            });
        }
    });
    let found = found.into_inner().unwrap();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut unlisted = String::new();
    let mut useless = listed.clone();
    for (at, case) in cases.iter().enumerate() {
        let category = case.name.split('/').next().unwrap();
        let count = counts.entry(category).or_default();
        count.1 += 1;
        let Some(text) = found.get(&at) else {
            count.0 += 1;
            continue;
        };
        let entry = [&*case.name, category].into_iter().find(|name| listed.contains_key(name));
        if let Some(entry) = entry {
            useless.remove(entry);
        }
        if entry.is_none() || asked.is_some() {
            writeln!(unlisted, "{}\n{text}", case.name).unwrap();
        }
    }
    for (category, (agree, all)) in &counts {
        println!("{category}: {agree} of {all} agree");
    }
    assert!(unlisted.is_empty(), "\n{unlisted}");
    if asked.is_none() && fresh.is_none() {
        assert!(useless.is_empty(), "listed, but they agree: {:?}", useless.keys());
    }
}
