//! Real mini-programs against what a browser made of them: boxes, data and `wx` calls of each case.
//!
//! The programs are not part of this repository: `PELLICLE_PROGRAMS` names their folder, `PELLICLE_SHARED` the
//! one with `oracle/cases.json` and `oracle/expected`. Where either is unset the test says so and ends.

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{FONTS, compare, read};

/// Share of boxes that have to be where the browser has them, percent.
const BOXES: f64 = 100.0;

#[test]
fn real_programs_come_out_as_a_browser_shows_them() {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let (Some(shared), Some(programs)) = (folder("PELLICLE_SHARED"), folder("PELLICLE_PROGRAMS")) else {
        println!("not run: PELLICLE_SHARED and PELLICLE_PROGRAMS are to name the oracle's and the programs' folders");
        return;
    };
    if let Some(font) = FONTS.iter().find(|font| !Path::new(font).is_file()) {
        println!("not run: the font {font} is not installed");
        return;
    }
    let oracle = shared.join("oracle");
    let cases = read(&oracle.join("cases.json")).and_then(|c| c.as_array().cloned()).expect("cases.json");
    let out = tempfile::tempdir().expect("a folder for the results");
    let (mut pass, mut all, mut data, mut calls) = (0, 0, 0, 0);
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap_or("");
        let name = text("name");
        let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
        command.arg("layout").arg(programs.join(text("root").trim_start_matches("programs/")));
        command.args(["--page", text("page"), "--deterministic", "--name", name, "--out"]).arg(out.path());
        for font in FONTS {
            command.args(["--font", font]);
        }
        if case["steps"].is_array() {
            let steps = out.path().join("steps.json");
            std::fs::write(&steps, case["steps"].to_string()).expect("steps");
            command.arg("--steps").arg(steps);
        }
        let output = command.output().expect("the command runs");
        let file = |folder: &Path, ending: &str| read(&folder.join(format!("{name}.{ending}")));
        let expected = oracle.join("expected");
        let boxes = file(&expected, "json").zip(file(out.path(), "json"));
        let (p, a) = boxes.map_or((0, 1), |(e, a)| compare(&e, &a));
        let same = |ending: &str, part: fn(Value) -> Value| {
            file(&expected, ending).map(part).is_some_and(|e| file(out.path(), ending).map(part) == Some(e))
        };
        let (d, c) = (same("data.json", |v| v), same("calls.json", |mut v| v["calls"].take()));
        (pass, all, data, calls) = (pass + p, all + a, data + u32::from(d), calls + u32::from(c));
        let word = |ok| if ok { "same" } else { "DIFFERENT" };
        let status = if output.status.success() { "" } else { " FAILED" };
        println!("{name:<60} boxes {p:>4}/{a:<4} data {:<9} calls {}{status}", word(d), word(c));
    }
    let share = f64::from(pass) * 100.0 / f64::from(all.max(1));
    println!("{} cases: boxes {pass}/{all} = {share:.1} %, data {data}, calls {calls}", cases.len());
    assert!(share >= BOXES, "boxes: {share:.1} %");
    assert_eq!((data as usize, calls as usize), (cases.len(), cases.len()), "data, calls");
}
