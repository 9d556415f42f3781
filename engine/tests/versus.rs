//! The bench beside other engines (`benches/versus`): a short run of it with Chromium gives every figure. How large they
//! are is for the bench to say.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What the run below has to give of Pellicle and of Chromium.
const FIGURES: [&str; 13] = [
    "start.headless",
    "start.window",
    "memory",
    "memory.window",
    "one.layout.100",
    "one.list.100",
    "grow.layout.100",
    "grow.list.100",
    "one.layout.1000",
    "relayout.layout",
    "relayout.list",
    "scroll.p50",
    "scroll.p99",
];

#[test]
fn a_short_run_gives_every_figure_of_both() {
    let missing = ["/usr/bin/Xvfb", "/usr/bin/chromium"].into_iter().find(|file| !Path::new(file).exists());
    if let Some(missing) = missing {
        assert!(std::env::var_os("PELLICLE_REQUIRE_BROWSER").is_none(), "{missing} is not installed");
        println!("not run: {missing} is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.json");
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/versus/run.js"))
        .args(["--quick", "--rounds", "1", "--idle", "0.2", "--peers", "pellicle-cpu,chromium", "--pellicle"])
        .arg(env!("CARGO_BIN_EXE_pellicle"))
        .arg("--json")
        .arg(&file)
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    let report: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(report["errors"], Value::Array(Vec::new()), "{report:#}");
    for figure in FIGURES {
        for peer in ["pellicle-cpu", "chromium"] {
            let value = report["values"][figure][peer][0].as_f64();
            assert!(value.is_some_and(|v| v > 0.0), "{figure}, {peer}: {value:?}\n{out}");
        }
    }
    // The table names both, and says how many times ours Chromium's is.
    assert!(out.contains("Chromium ") && out.contains('×'), "{out}");
}

#[test]
fn the_command_line_says_how_many_nodes_a_page_may_have() {
    let rows = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/versus/rows");
    // Of each row five nodes: itself, a text and a view, and their texts.
    let run = |budget: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
        command.arg("layout").arg(&rows).args(["--deterministic", "--query", "rows=40", "--budget-nodes", budget]);
        let output = command.output().unwrap();
        assert!(output.status.success());
        let boxes: Value = serde_json::from_slice(&output.stdout).unwrap();
        let shown = boxes["elements"].as_array().unwrap().iter().filter(|e| e["cls"] == "row").count();
        (shown, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (shown, said) = run("60");
    assert!(shown < 40 && said.contains("more than 60 nodes"), "{shown} rows\n{said}");
    let (shown, said) = run("400");
    assert_eq!((shown, said.as_str()), (40, ""));
}
