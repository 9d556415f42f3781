//! `pellicle bench` on whole programs: which scenarios apply, what its files hold, what it says of two. Never how long
//! anything took.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/program.rs"]
mod program;

use pellicle::frame::Phase;
use pellicle::tools::bench::Unit;
use pellicle::tools::bench::report::{Figure, Report, ScenarioReport};
use program::Program;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pellicle")).arg("bench").args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Measures a program with few frames. Gives the report, the page and what was printed.
fn measure(program: &Path, options: &[&str]) -> (Report, String, String) {
    let out = tempfile::tempdir().unwrap();
    let (json, html) = (out.path().join("out.json"), out.path().join("out.html"));
    // A small picture: what is drawn is not what is tested.
    let files = [
        "--renderer",
        "cpu",
        "--viewport",
        "200x260",
        "--json",
        json.to_str().unwrap(),
        "--html",
        html.to_str().unwrap(),
    ];
    let output = bench(&[&[program.to_str().unwrap()], options, &files].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report = Report::parse(&std::fs::read_to_string(json).unwrap()).unwrap();
    (report, std::fs::read_to_string(html).unwrap(), text(&output.stdout))
}

fn scenario<'a>(report: &'a Report, name: &str) -> &'a ScenarioReport {
    let found = report.scenarios.iter().find(|scenario| scenario.scenario == name);
    found.unwrap_or_else(|| panic!("{name} was not measured: {:?}", report.skipped))
}

fn figure<'a>(report: &'a Report, name: &str, figure: &str) -> &'a Figure {
    let scenario = scenario(report, name);
    let found = scenario.figures.iter().find(|one| one.name == figure);
    found.unwrap_or_else(|| panic!("{name} has no {figure}"))
}

/// Each element of a page is closed where it should be, and nothing is fetched from elsewhere.
fn check_page(html: &str) {
    assert!(html.starts_with("<!doctype html>"));
    for outside in ["http:", "https:", "src=", "url(", "@import", "<link", "<script"] {
        assert!(!html.contains(outside), "{outside}");
    }
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "<{tag}>");
        } else if !(tag.starts_with('!') || tag.ends_with('/') || name == "meta") {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn every_scenario_runs_on_a_program_that_nobody_prepared() {
    let options = ["--frames", "8", "--runs", "2", "--warmup", "0"];
    let (report, html, said) = measure(&folder("examples/feed"), &options);
    let names: Vec<&str> = report.scenarios.iter().map(|scenario| scenario.scenario.as_str()).collect();
    let all = ["cold", "warm", "open", "scroll", "fling", "tap", "load-loop", "load-data", "idle", "full"];
    assert_eq!(names, all, "{:?}", report.skipped);
    assert_eq!((report.program.page.as_str(), report.canvas.painter.as_str()), ("pages/feed/feed", "CPU"));
    assert!(report.host.cores > 0 && !report.host.build.is_empty() && report.canvas.width == 200);
    for scenario in &report.scenarios {
        assert_eq!(scenario.runs, 2);
        for figure in &scenario.figures {
            assert_eq!((figure.runs.len(), figure.runs.iter().flatten().count()), (2, figure.samples));
            for one in [figure.p50, figure.p90, figure.p99, figure.p999, figure.max, figure.mean] {
                assert!(one.low <= one.value && one.value <= one.high, "{} {}", scenario.scenario, figure.name);
            }
            assert!(figure.p50.value <= figure.p99.value && figure.p99.value <= figure.max.value);
        }
        if let Some(table) = &scenario.frames {
            assert_eq!(table.columns.len(), 3 + Phase::ALL.len());
            assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
            let jank = scenario.jank.as_ref().unwrap();
            assert_eq!(jank.runs.iter().flatten().count(), table.rows.len());
            assert!(jank.late <= table.rows.len() && scenario.phases.len() == Phase::ALL.len());
        }
    }
    for name in ["scroll", "fling", "tap", "load-loop", "load-data", "full", "open"] {
        assert!(!scenario(&report, name).frames.as_ref().unwrap().rows.is_empty(), "{name}");
    }
    for (name, parts) in [("cold", &["process", "open", "page", "draw"][..]), ("warm", &["open", "page", "draw"])] {
        let whole = figure(&report, name, "first picture");
        assert!(whole.samples == 2 && whole.p50.value > 0.0);
        for part in parts {
            assert_eq!(figure(&report, name, part).samples, 2);
        }
    }
    assert!(figure(&report, "tap", "input to pixels").samples > 0);
    assert!(figure(&report, "open", "page pages/post/post").samples == 2);
    assert!(figure(&report, "load-data", "setData").unit == Unit::Calls);
    assert!(scenario(&report, "full").counters.iter().any(|c| c.name == "nodes restyled" && c.mean > 10.0));
    if cfg!(target_os = "linux") {
        let memory = report.memory.as_ref().unwrap();
        assert!(memory.ours() > 0 && memory.ours() + memory.driver() == memory.mapped.pss);
        assert!(figure(&report, "idle", "processor").samples == 2);
    }
    check_page(&html);
    for name in all {
        assert!(html.contains(&format!("<section id=\"{name}\">")) && said.contains(name), "{name}");
    }
    assert!(said.contains("input to pixels ms") && said.contains("late ("), "{said}");
    // Where nobody looks at colours there are none.
    assert!(!said.contains('\u{1b}'));
    compared(&report);
}

/// What `--compare` says of a report and itself, of one in which all took longer, and of one that it cannot be held to.
fn compared(report: &Report) {
    let out = tempfile::tempdir().unwrap();
    let write = |name: &str, report: &Report| {
        let path = out.path().join(name);
        std::fs::write(&path, report.to_json().unwrap()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let base = write("base.json", report);
    let output = bench(&["--compare", &base, &base]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("no difference beyond noise") && said.contains("0 better, 0 worse"), "{said}");
    let mut slower = report.clone();
    let full = slower.scenarios.iter_mut().find(|scenario| scenario.scenario == "full").unwrap();
    let frame = full.figures.iter_mut().find(|figure| figure.name == "frame").unwrap();
    frame.runs.iter_mut().flatten().for_each(|time| *time *= 100.0);
    let slower = write("slower.json", &slower);
    let output = bench(&["--compare", &base, &slower]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.lines().any(|line| line.contains("frame p50") && line.ends_with("slower")), "{said}");
    assert_eq!(bench(&["--compare", &slower, &base]).status.code(), Some(0));
    let mut other = report.clone();
    other.canvas.painter = "another".to_owned();
    let other = write("other.json", &other);
    let output = bench(&["--compare", &base, &other]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("not the same painter: CPU and another"), "{}", text(&output.stderr));
    assert_eq!(bench(&["--compare", &base, &other, "--force"]).status.code(), Some(0));
    let nothing = out.path().join("nothing.json");
    std::fs::write(&nothing, "{}").unwrap();
    assert_eq!(bench(&["--compare", &base, nothing.to_str().unwrap()]).status.code(), Some(1));
    assert_eq!(bench(&["--compare", &base, "gone.json"]).status.code(), Some(1));
}

#[test]
fn tabs_and_pages_are_gone_to_and_taps_come_back() {
    let options = ["--scenario", "open,tap", "--runs", "1", "--warmup", "0"];
    let (report, html, _) = measure(&folder("examples/shop"), &options);
    let opened: Vec<&str> =
        scenario(&report, "open").figures.iter().filter_map(|figure| figure.name.strip_prefix("page ")).collect();
    // The first tab is there already; a page that needs more than its path may go back by itself.
    for page in ["pages/category/category", "pages/cart/cart", "pages/mine/mine", "pages/detail/detail"] {
        assert!(opened.contains(&page), "{opened:?}");
    }
    assert!(!opened.contains(&"pages/home/home"));
    assert!(figure(&report, "open", "back").samples >= 4);
    assert!(figure(&report, "tap", "input to pixels").samples >= 3);
    check_page(&html);
}

#[test]
fn a_program_with_a_file_of_operations_is_measured_by_it() {
    let options = ["--scenario", "operations,full", "--frames", "1", "--runs", "1", "--warmup", "0"];
    let (report, html, said) = measure(&folder("benches/rows"), &options);
    assert_eq!(figure(&report, "operations", "swap two").samples, 1);
    assert_eq!(report.operations.len(), 9);
    assert!(report.operations.iter().all(|one: &Value| one["total"]["p50"].as_f64().is_some()));
    assert!(said.contains("inserted") && said.lines().any(|line| line.starts_with("  swap two ")), "{said}");
    check_page(&html);
}

#[test]
fn operations_tell_their_phases_and_end_where_they_do_not_show_what_they_say() {
    let js =
        "Page({ data: { n: 0 }, add() { this.setData({ n: this.data.n + 1 }) }, zero() { this.setData({ n: 0 }) } });";
    let program = Program::page("<view class=\"a\">{{n}}</view>", "", js);
    let file = program.path().join("operations.json");
    let add =
        r#"[{"operation": "add", "before": [{"call": "zero"}], "steps": [{"call": "add"}], "shows": ["text=1"]}]"#;
    std::fs::write(&file, add).unwrap();
    let options = ["--frames", "2", "--runs", "1", "--warmup", "0", "--scenario", "operations,cold"];
    let (report, ..) = measure(program.path(), &[&options[..], &["--phases"]].concat());
    let phases = &report.operations[0]["phases"];
    let of = |phase: &str| phases[phase].as_f64().unwrap();
    assert!(of("run") > 0.0 && of("conversion") > 0.0 && of("templates") > 0.0, "{phases}");
    assert_eq!((of("parse"), of("prepare")), (0.0, 0.0), "all of it has been read: {phases}");
    let cold = |name: &str| figure(&report, "cold", name).p50.value;
    assert!(cold("logic: parse") > 0.0 && cold("logic: open") > 0.0);
    assert!(cold("script") >= cold("logic: parse") + cold("logic: open") + cold("logic: run"));
    let (report, ..) = measure(program.path(), &options);
    assert!(report.operations[0].get("phases").is_none() && report.operations.len() == 1);
    std::fs::write(&file, add.replace("text=1", "text=2")).unwrap();
    let output = bench(&[&[program.path().to_str().unwrap(), "--renderer", "cpu"], &options[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("the operation \"add\": \"text=2\" is not there after it"), "{said}");
}

#[test]
fn what_does_not_apply_is_named_with_its_reason() {
    let program = Program::page("<view>still</view>", "", "Page({});");
    let (report, html, said) = measure(program.path(), &["--frames", "6", "--runs", "1", "--warmup", "0"]);
    let names: Vec<&str> = report.scenarios.iter().map(|scenario| scenario.scenario.as_str()).collect();
    assert_eq!(names, ["cold", "warm", "open", "idle", "full"], "{:?}", report.skipped);
    let skipped: Vec<&str> = report.skipped.iter().map(|skipped| skipped.scenario.as_str()).collect();
    assert_eq!(skipped, ["scroll", "fling", "tap", "load-loop", "load-data"]);
    assert!(report.skipped.iter().all(|skipped| !skipped.why.is_empty()));
    assert!(said.contains("not measured") && said.contains("nothing on the page is longer than its view"), "{said}");
    assert_eq!(figure(&report, "idle", "frames drawn").max.value, 0.0);
    check_page(&html);
    let folder = program.path().to_str().unwrap();
    let alone = bench(&[folder, "--scenario", "fling", "--renderer", "cpu", "--runs", "1"]);
    assert_eq!(alone.status.code(), Some(1));
    assert!(text(&alone.stderr).contains("fling: nothing on the page"), "{}", text(&alone.stderr));
    for wrong in [&["--scenario", "flying"][..], &["--scenario", "operations"], &["--runs", "0"], &["--frames", "0"]] {
        assert_eq!(bench(&[&[folder], wrong].concat()).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn steps_and_a_program_that_breaks_are_told() {
    let js = "Page({ data: { n: 0 }, add() { this.setData({ n: this.data.n + 1 }); }, stick() { for (;;) ; } });";
    let program = Program::page("<view class=\"a\" bindtap=\"add\">{{n}}</view>", "", js);
    let steps = program.path().join("steps.json");
    std::fs::write(&steps, r#"[{"call": "add"}, {"tap": ".gone"}]"#).unwrap();
    let options = ["--scenario", steps.to_str().unwrap(), "--frames", "4", "--runs", "1", "--warmup", "1"];
    let (report, _, said) = measure(program.path(), &options);
    assert_eq!((report.scenarios[0].asked, report.scenarios[0].frames.as_ref().unwrap().rows.len()), (4, 2));
    assert!(said.contains("no element or handler for the step \".gone\""), "{said}");
    std::fs::write(&steps, r#"[{"call": "stick"}]"#).unwrap();
    let folder = program.path().to_str().unwrap();
    let stuck = ["--scenario", steps.to_str().unwrap(), "--budget-cpu-ms", "200", "--runs", "1", "--renderer", "cpu"];
    let output = bench(&[&[folder], &stuck[..]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
}

#[test]
fn starts_from_sources_and_from_their_package_take_turns_and_script_is_told_apart() {
    let (report, _, said) = measure(&folder("examples/feed"), &["--scenario", "starts", "--runs", "2"]);
    for origin in ["sources", "package", "warm"] {
        let whole = figure(&report, "starts", origin);
        assert!(whole.samples == 2 && whole.p50.value > 0.0, "{origin}");
        for part in ["files", "open", "script loading", "script running", "templates", "commits and sheets", "paint"] {
            assert_eq!(figure(&report, "starts", &format!("{origin}: {part}")).samples, 2, "{origin}: {part}");
        }
    }
    for ratio in ["package: sooner", "warm: sooner", "warm: sooner, without script"] {
        assert_eq!(figure(&report, "starts", ratio).unit, Unit::Times);
    }
    let notes = &scenario(&report, "starts").notes;
    let note = |origin: &str| notes.iter().find(|note| note.starts_with(&format!("{origin}: "))).unwrap();
    assert!(note("sources").contains(", 0 kept; sheets") && note("warm").contains("templates 0 parsed"), "{said}");
    assert!(note("package").contains("sheets 0 parsed") && note("package").contains("scripts 0 prepared"), "{said}");
}
