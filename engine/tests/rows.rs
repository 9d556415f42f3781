//! The page of a thousand rows that `pellicle bench` measures: what its operations make of the document. Counts, no times.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/live.rs"]
#[allow(dead_code)] // each test file uses its part
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::host::types::Renderer;
use pellicle::tools::canvas::Canvas;
use pellicle::tools::operations::{self, Counts};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Nodes of a row: itself, two views and a text, each of these with its text.
const NODES: u32 = 7;

#[test]
fn each_operation_changes_what_it_is_about_and_no_more() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/rows");
    let file = folder.join("operations.json");
    let source = std::fs::read_to_string(&file).unwrap();
    let all = operations::parse("operations.json", &source).unwrap().unwrap();
    let mut live = Live::open_at(&folder, &[]);
    let mut canvas = Canvas::open(Renderer::Cpu).unwrap();
    let mut counts = BTreeMap::new();
    for operation in &all {
        let outcome = operations::run(live.driver(), &mut canvas, operation, 2).unwrap();
        println!("{}", operations::line(&outcome));
        counts.insert(operation.name.as_str(), outcome.counts);
    }
    assert!(live.complaints().is_empty());
    assert_eq!(counts.len(), 9);
    let of = |name: &str| *counts.get(name).unwrap();
    for name in ["create 1,000", "append 1,000", "replace all"] {
        assert_eq!((of(name).inserted, of(name).walks), (1000 * NODES, 1), "{name}: {:?}", of(name));
    }
    assert_eq!(of("append 1,000").ops, of("create 1,000").ops);
    assert_eq!(of("replace all").ops, of("create 1,000").ops + 1000);
    // A pair that changes places: two moves, nothing made, nothing said anew.
    let swap = of("swap two");
    assert!(swap.inserted <= 2 && swap.ops <= 2, "{swap:?}");
    let update = of("update every 10th");
    assert_eq!((update.ops, update.inserted, update.restyled), (100, 0, 0), "{update:?}");
    let select = of("select one");
    assert_eq!((select.ops, select.inserted), (1, 0), "{select:?}");
    assert!(select.restyled <= NODES, "{select:?}");
    let remove = of("remove one");
    assert_eq!((remove.ops, remove.inserted), (1, 0), "{remove:?}");
    let clear = of("clear");
    assert_eq!((clear.ops, clear.inserted), (1000, 0), "{clear:?}");
    // One text that is always there: one op, and no template is walked.
    assert_eq!(of("one text"), Counts { ops: 1, direct: 1, laid_out: of("one text").laid_out, ..Counts::default() });
    assert!(of("one text").laid_out <= 4, "{:?}", of("one text"));
}

#[test]
fn the_bench_prints_an_operation_a_line_and_writes_its_figures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/rows");
    let out = tempfile::tempdir().unwrap();
    let (json, wrong) = (out.path().join("out.json"), out.path().join("wrong.json"));
    let bench = |scenario: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
        command.arg("bench").arg(&folder).arg("--scenario").arg(scenario);
        command
            .args(["--frames", "1", "--runs", "1", "--warmup", "0", "--renderer", "cpu", "--json"])
            .arg(&json)
            .output()
            .unwrap()
    };
    let output = bench(&folder.join("operations.json"));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for word in ["logic", "bridge", "style", "layout", "paint", "  swap two ", "  append 1,000 "] {
        assert!(said.contains(word), "{said}");
    }
    let report: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    let operations = report["operations"].as_array().unwrap();
    assert_eq!((operations.len(), &operations[4]["operation"]), (9, &"swap two".into()));
    assert!(operations.iter().all(|one| one["total"]["p50"].as_f64().is_some()));
    std::fs::write(&wrong, r#"[{"operation": "x", "steps": [{"jump": 1}]}]"#).unwrap();
    let output = bench(&wrong);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("wrong.json:1:"));
}
