//! `pellicle test`: scenarios of a mini-program on a matrix, as an author and his CI run them.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/program.rs"]
mod program;

use program::Program;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const WXML: &str =
    "<view class='box' bindtap='more'>{{language}} {{count}} {{theme}} {{ratio}}</view><view class='side'/>";
const WXSS: &str = "page { background: #fff } .box { width: 200rpx; height: 60px; background: #def }
    @media (prefers-color-scheme: dark) { page { background: #000 } }";
const JS: &str = "Page({
    data: { count: 0 },
    onLoad({ from }) {
        const { language, theme, pixelRatio } = wx.getSystemInfoSync()
        this.setData({ language, theme, ratio: pixelRatio, count: wx.getStorageSync('count') || (from ? 7 : 0) })
    },
    more() { this.setData({ count: this.data.count + 1 }) },
})";

/// A mini-program with scenarios.
fn program(scenarios: &[(&str, &str)]) -> Program {
    let app = ("app.json", r#"{ "pages": ["pages/index/index"], "darkmode": true }"#);
    let page = [("pages/index/index.wxml", WXML), ("pages/index/index.wxss", WXSS), ("pages/index/index.js", JS)];
    Program::new(&[&[app], page.as_slice(), scenarios].concat())
}

const TAPS: (&str, &str) = (
    "tests/taps.json",
    r#"{ "page": "pages/index/index?from=home", "steps": [{ "tap": ".box" }, { "snap": "tapped" }, { "tap": ".box" }] }"#,
);
const STORED: (&str, &str) = ("tests/stored.json", r#"{ "storage": { "count": 41 } }"#);

fn test(program: &Program, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    command.current_dir(program.path()).args(["test", "."]).args(options).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn report(program: &Program) -> Vec<Value> {
    let text = fs::read(program.path().join("pellicle-test/report.json")).unwrap();
    let report: Value = serde_json::from_slice(&text).unwrap();
    report["outcomes"].as_array().unwrap().clone()
}

fn exists(program: &Program, path: &str) -> bool {
    program.path().join(path).is_file()
}

#[test]
fn pictures_are_kept_and_what_is_not_as_it_was_is_shown() {
    let program = program(&[TAPS, STORED]);
    // What nobody has looked at is not well.
    let first = test(&program, &[]);
    assert_eq!(first.status.code(), Some(1), "{}", text(&first.stderr));
    assert!(text(&first.stdout).contains("taps 375x667@1-light-zh_CN this: tapped is new, end is new"));
    let kept = test(&program, &["--update"]);
    assert!(kept.status.success(), "{}{}", text(&kept.stdout), text(&kept.stderr));
    for picture in ["taps/375x667@1-light-zh_CN.tapped.png", "taps/375x667@1-light-zh_CN.end.png"] {
        assert!(exists(&program, &format!("tests/pictures/{picture}")), "{picture}");
    }
    let again = test(&program, &["--jobs", "1"]);
    assert!(again.status.success(), "{}", text(&again.stdout));
    assert!(text(&again.stdout).contains("stored 375x667@1-light-zh_CN this: as it was"));

    let sheet = program.path().join("pages/index/index.wxss");
    fs::write(&sheet, WXSS.replace("height: 60px", "height: 64px")).unwrap();
    let changed = test(&program, &[]);
    assert_eq!(changed.status.code(), Some(1));
    let outcomes = report(&program);
    let end = &outcomes[0]["pictures"][0];
    // A box of 200rpx and 4 px more.
    assert_eq!((&end["snap"], &end["state"], &end["pixels"]), (&"end".into(), &"differs".into(), &400.into()), "{end}");
    assert!(exists(&program, &format!("pellicle-test/{}", end["shown"].as_str().unwrap())));
    let page = fs::read_to_string(program.path().join("pellicle-test/report.html")).unwrap();
    assert!(page.contains("2 of 2 to look at") && page.contains("end.difference.png"));
    // Enough pixels may be off.
    fs::write(program.path().join("tests/matrix.json"), r#"{ "pixels": 1000 }"#).unwrap();
    assert!(test(&program, &["--matrix"]).status.success());
}

#[test]
fn a_matrix_has_all_surfaces_and_engines() {
    let program = program(&[STORED]);
    let engine = env!("CARGO_BIN_EXE_pellicle");
    let matrix = format!(
        r#"{{ "engines": {{ "now": "{engine}", "before": "{engine}" }}, "viewports": ["300x200", "320x200"], "scales": [1, 2],
              "themes": ["light", "dark"], "locales": ["zh_CN", "en"], "runs": 2, "slower": 1000 }}"#
    );
    let file = program.path().join("tests/matrix.json");
    fs::write(&file, &matrix).unwrap();
    let ran = test(&program, &["--matrix", "tests/matrix.json", "--update", "--references", "kept"]);
    assert!(ran.status.success(), "{}{}", text(&ran.stdout), text(&ran.stderr));
    let outcomes = report(&program);
    assert_eq!(outcomes.len(), 32);
    for outcome in &outcomes {
        assert_eq!(outcome["ms"].as_array().unwrap().len(), 2, "{outcome}");
        assert_eq!(outcome["ratio"].is_number(), outcome["engine"] == "before", "{outcome}");
    }
    assert!(text(&ran.stdout).contains("before: "), "{}", text(&ran.stdout));
    let picture = |surface: &str| image::open(program.path().join(format!("kept/stored/{surface}.end.png"))).unwrap();
    let large = picture("320x200@2-dark-en").to_rgb8();
    assert_eq!(large.dimensions(), (640, 400));
    assert_eq!(large.get_pixel(600, 390).0, [0, 0, 0], "it is dark");
    assert_eq!(picture("300x200@1-light-zh_CN").to_rgb8().get_pixel(290, 190).0, [255; 3]);
    assert!(picture("300x200@1-light-zh_CN") != picture("300x200@1-light-en"), "its text names the language");

    // An engine that shows something else is compared with the first one.
    let other = program.path().join("other");
    let script = format!("#!/bin/sh\nshift 2\nexec {engine} render changed \"$@\"\n");
    fs::write(&other, script).unwrap();
    Command::new("chmod").arg("+x").arg(&other).status().unwrap();
    let changed = program.path().join("changed");
    let status = Command::new("cp").args(["-r", "pages"]).arg(&changed).current_dir(program.path()).status();
    assert!(status.is_err() || !changed.join("app.json").exists());
    fs::create_dir_all(changed.join("pages")).unwrap();
    fs::rename(changed.join("index"), changed.join("pages/index")).unwrap();
    fs::copy(program.path().join("app.json"), changed.join("app.json")).unwrap();
    fs::write(changed.join("pages/index/index.wxss"), ".box { height: 60px; background: #fed }").unwrap();
    fs::write(&file, format!(r#"{{ "engines": {{ "now": "{engine}", "other": "../other" }} }}"#)).unwrap();
    let ran = test(&program, &["--matrix", "--update"]);
    assert_eq!(ran.status.code(), Some(1), "{}{}", text(&ran.stdout), text(&ran.stderr));
    let outcomes = report(&program);
    assert_eq!(outcomes[0]["pictures"][0]["state"], "kept");
    assert_eq!(outcomes[1]["pictures"][0]["state"], "differs", "{}", outcomes[1]);
}

#[test]
fn what_fails_says_why_and_the_rest_goes_on() {
    let program = program(&[
        STORED,
        ("tests/lost.json", r#"{ "steps": [{ "tap": ".nowhere" }] }"#),
        (
            "tests/thrown.json",
            r#"{ "steps": [{ "call": "nothing.at.all" }, { "call": "fails" }], "data": { "x": 1 } }"#,
        ),
        ("tests/stuck.json", r#"{ "page": "pages/none/none" }"#),
        ("app.js", "App({})"),
    ]);
    let script = program.path().join("pages/index/index.js");
    fs::write(&script, JS.replace("more()", "fails() { null.x }, more()")).unwrap();
    let ran = test(&program, &["--update"]);
    assert_eq!(ran.status.code(), Some(1));
    let outcomes = report(&program);
    let failure = |name: &str| {
        let outcome = outcomes.iter().find(|outcome| outcome["scenario"] == name).unwrap();
        outcome["failure"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(failure("stored"), "");
    assert_eq!(failure("lost"), "no element or handler for .nowhere");
    assert!(failure("thrown").contains("pages/index/index.js:7"), "{}", failure("thrown"));
    assert!(failure("stuck").contains("pages/none/none"), "{}", failure("stuck"));

    // An engine that does not end is ended.
    let slow = program.path().join("slow");
    fs::write(&slow, "#!/bin/sh\nexec sleep 100\n").unwrap();
    Command::new("chmod").arg("+x").arg(&slow).status().unwrap();
    fs::write(program.path().join("tests/matrix.json"), r#"{ "engines": { "slow": "../slow", "none": "../none" } }"#)
        .unwrap();
    let ran = test(&program, &["--matrix", "--scenarios", "tests/stored.json", "--patience", "1"]);
    assert_eq!(ran.status.code(), Some(1));
    let said = text(&ran.stdout);
    assert!(said.contains("slow: it took longer than 1 s") && said.contains("none: No such file"), "{said}");
}

#[test]
fn files_that_are_wrong_are_pointed_at() {
    for (name, file, said) in [
        ("a.json", "{\n  \"stpes\": [] }", "tests/a.json:2:12: \"stpes\" is none of page, storage"),
        ("a.json", "{ \"steps\": [{ \"tip\": \".a\" }] }", "tests/a.json:1:13: a step is one of"),
        ("a.json", "{ \"steps\": [{ \"snap\": \"end\" }] }", "tests/a.json:1:13: a picture \"end\" is there already"),
        ("a.json", "{ \"storage\": [] }", "tests/a.json:1:14: \"storage\" is to be an object"),
        ("matrix.json", "{ \"viewports\": [\"375\"] }", "tests/matrix.json:1:17: this is to be a size such as 375x667"),
        ("matrix.json", "{ \"themes\": [] }", "tests/matrix.json:1:13: there is nothing in this list"),
        ("matrix.json", "{ \"slower\": 0.5 }", "tests/matrix.json:1:13: \"slower\" is to be a ratio from 1 on"),
        (
            "matrix.json",
            "{ \"engines\": { \"a/b\": \"x\" } }",
            "tests/matrix.json:1:14: \"engines\" is to be an object",
        ),
    ] {
        let file_name = format!("tests/{name}");
        let program = program(&[STORED, (&file_name, file)]);
        let ran = test(&program, &["--matrix"].map(|option| if name == "a.json" { "--update" } else { option }));
        assert_eq!(ran.status.code(), Some(2), "{file}");
        let error = text(&ran.stderr);
        assert!(error.contains(said), "{file}: {error}");
    }
    let none = program(&[("tests/readme.txt", "nothing")]);
    let ran = test(&none, &[]);
    assert_eq!(ran.status.code(), Some(2));
    assert!(text(&ran.stderr).contains("tests: there is no scenario"), "{}", text(&ran.stderr));
    assert!(!Path::new("pellicle-test").exists());
}
