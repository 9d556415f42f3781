//! Broken mini-programs, whole: each gets a clear error with its place, the rest of the app goes on, and the
//! process neither panics nor hangs.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;
#[path = "bad_input/running.rs"]
mod running;

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Files of a whole and healthy program; a case replaces or adds some.
const HEALTHY: &[(&str, &str)] = &[
    ("app.json", r#"{"pages": ["pages/a/a", "pages/b/b"]}"#),
    ("app.js", "App({});"),
    ("app.wxss", "page { color: #222222; }"),
    ("pages/a/a.json", "{}"),
    ("pages/a/a.js", "Page({ data: { word: 'alive', list: [1, 2] } });"),
    ("pages/a/a.wxml", "<view class=\"box\">{{word}}</view>"),
    ("pages/a/a.wxss", ".box { width: 100px; height: 20px; }"),
    ("pages/b/b.js", "Page({});"),
    ("pages/b/b.wxml", "<view>b</view>"),
];

fn program(changes: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in HEALTHY.iter().chain(changes) {
        write(folder.path(), path, text.as_bytes());
    }
    folder
}

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// Runs `pellicle layout` on the program. A run of more than a minute counts as a hang.
fn layout(folder: &TempDir, page: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pellicle"))
        .arg("layout")
        .arg(folder.path())
        .args(["--deterministic", "--page", page])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let out = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut stdout, &mut bytes).unwrap();
        bytes
    });
    let err = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut stderr, &mut bytes).unwrap();
        bytes
    });
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("the process hangs");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    Output { status, stdout: out.join().unwrap(), stderr: err.join().unwrap() }
}

/// The page is shown: status 0, the element says `alive`, and stderr has each of `expected`.
fn goes_on(changes: &[(&str, &str)], expected: &[&str]) {
    let folder = program(changes);
    let output = layout(&folder, "pages/a/a");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    let page: Value = serde_json::from_slice(&output.stdout).unwrap();
    let texts: Vec<&str> =
        page["elements"].as_array().unwrap().iter().filter_map(|element| element["text"].as_str()).collect();
    assert!(texts.contains(&"alive"), "the rest of the page is gone: {texts:?}\n{errors}");
    for part in expected {
        assert!(errors.contains(part), "`{part}` is not said:\n{errors}");
    }
}

/// The page cannot be shown: status 1 and each of `expected` on stderr.
fn is_refused(changes: &[(&str, &str)], expected: &[&str]) {
    let folder = program(changes);
    let output = layout(&folder, "pages/a/a");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    for part in expected {
        assert!(errors.contains(part), "`{part}` is not said:\n{errors}");
    }
}

#[test]
fn a_healthy_program_is_shown_without_a_word() {
    let folder = program(&[]);
    let output = layout(&folder, "pages/a/a");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let page: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(page["elements"][0]["width"], 100.0);
    assert_eq!(page["elements"][0]["height"], 20.0);
}

#[test]
fn a_broken_app_json_names_its_line_and_column() {
    is_refused(&[("app.json", "{\n  \"pages\": [\"pages/a/a\"\n")], &["app.json:", "app.json"]);
}

#[test]
fn an_empty_folder_is_no_mini_program() {
    let folder = tempfile::tempdir().unwrap();
    let output = layout(&folder, "pages/a/a");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("app.json"));
}

#[test]
fn a_broken_page_json_is_named_and_left_out() {
    goes_on(&[("pages/a/a.json", "{\n  \"usingComponents\": {,}\n}")], &["pages/a/a.json:2:"]);
}

#[test]
fn broken_markup_is_named_and_the_rest_is_drawn() {
    goes_on(
        &[(
            "pages/a/a.wxml",
            "<view>{{word}}</view>\n<view wx:if=\"{{a +}}\">x</view>\n<view class=\"{{'unclosed}}\">y",
        )],
        &["pages/a/a.wxml:2:", "pages/a/a.wxml:3:"],
    );
}

#[test]
fn broken_styles_are_named_and_the_rest_holds() {
    goes_on(
        &[(
            "pages/a/a.wxss",
            ".box {\n  widht: 10px;\n  width: banana;\n  height: 20px;\n}\n.x:frobnicate { color: red; }\n",
        )],
        &["pages/a/a.wxss:2:", "pages/a/a.wxss:3:", "pages/a/a.wxss:6:"],
    );
}

#[test]
fn a_script_that_does_not_parse_is_named_and_the_page_is_drawn_without_it() {
    let folder = program(&[
        ("pages/a/a.js", "Page({\n  data: { word: 'alive' },\n  onLoad( {\n});"),
        ("pages/a/a.wxml", "<view>alive</view>"),
    ]);
    let output = layout(&folder, "pages/a/a");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("pages/a/a.js:"), "{errors}");
    assert!(!errors.contains("panicked"), "{errors}");
}

#[test]
fn a_missing_page_is_refused_by_name() {
    let folder = program(&[]);
    let output = layout(&folder, "pages/none/none");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("pages/none/none"));
}

#[test]
fn a_missing_component_is_named_and_the_rest_is_drawn() {
    goes_on(
        &[
            ("pages/a/a.json", r#"{"usingComponents": {"gone": "/components/gone/gone"}}"#),
            ("pages/a/a.wxml", "<view>{{word}}</view><gone>inside</gone>"),
        ],
        &["components/gone/gone"],
    );
}

#[test]
fn cyclic_includes_and_imports_are_cut() {
    goes_on(
        &[
            ("pages/a/a.wxml", "<import src=\"x.wxml\" />\n<include src=\"x.wxml\" />\n<view>{{word}}</view>"),
            ("pages/a/x.wxml", "<import src=\"a.wxml\" />\n<include src=\"y.wxml\" />"),
            ("pages/a/y.wxml", "<include src=\"x.wxml\" />"),
        ],
        &[".wxml:"],
    );
}

#[test]
fn a_cyclic_style_import_is_cut() {
    goes_on(
        &[("pages/a/a.wxss", "@import \"b.wxss\";\n"), ("pages/a/b.wxss", "@import \"a.wxss\";\n.box { width: 1px; }")],
        &[".wxss:1:"],
    );
}

#[test]
fn cyclic_requires_see_partial_exports() {
    goes_on(
        &[
            ("pages/a/a.js", "const b = require('./m');\nPage({ data: { word: b.name } });"),
            ("pages/a/m.js", "exports.name = 'alive';\nexports.back = require('./n').name;"),
            ("pages/a/n.js", "exports.name = require('./m').name;"),
        ],
        &[],
    );
}

#[test]
fn set_data_of_a_cycle_and_of_a_function_is_reported_and_the_page_lives() {
    goes_on(
        &[(
            "pages/a/a.js",
            "Page({\n  data: { word: '' },\n  onLoad() {\n    this.setData({ f() {} });\n    this.setData({ word: 'alive' });\n    \
             const a = {};\n    a.a = a;\n    this.setData({ a });\n  },\n});",
        )],
        &["contains itself"],
    );
}

#[test]
fn exceptions_in_every_lifecycle_are_reported_with_their_place() {
    goes_on(
        &[
            ("app.js", "App({\n  onLaunch() { null.x; },\n  onShow() { throw new Error('app show'); },\n});"),
            (
                "pages/a/a.js",
                "Page({\n  data: { word: 'alive' },\n  onLoad() { undefined.load; },\n  onShow() { throw new Error('page show'); },\n  \
                 onReady() { setTimeout(() => { throw new Error('timer'); }, 5); Promise.reject(new Error('promise')); },\n});",
            ),
        ],
        &["app.js:2", "app show", "pages/a/a.js:3", "page show", "timer", "promise"],
    );
}

#[test]
fn an_endless_loop_in_markup_is_cut() {
    goes_on(
        &[(
            "pages/a/a.wxml",
            "<view>{{word}}</view>\n<view wx:for=\"{{1000000000}}\" wx:key=\"*this\">{{item}}</view>",
        )],
        &["pages/a/a.wxml:2"],
    );
}

#[test]
fn markup_nested_ten_thousand_deep_is_cut() {
    let deep = format!("<view>{{{{word}}}}</view>{}x{}", "<view>".repeat(10_000), "</view>".repeat(10_000));
    goes_on(&[("pages/a/a.wxml", &deep)], &["pages/a/a.wxml:1:"]);
}

#[test]
fn a_component_that_contains_itself_is_cut() {
    goes_on(
        &[
            ("pages/a/a.json", r#"{"usingComponents": {"self": "/components/self/self"}}"#),
            ("pages/a/a.wxml", "<view>{{word}}</view><self />"),
            (
                "components/self/self.json",
                r#"{"component": true, "usingComponents": {"self": "/components/self/self"}}"#,
            ),
            ("components/self/self.js", "Component({});"),
            ("components/self/self.wxml", "<view><self /></view>"),
        ],
        &["self"],
    );
}

#[test]
fn a_picture_of_noise_is_reported_and_keeps_its_box() {
    let folder = program(&[
        ("pages/a/a.wxml", "<view>{{word}}</view><image src=\"noise.png\" style=\"width: 30px; height: 30px\" />"),
        ("pages/a/a.wxss", ""),
    ]);
    write(folder.path(), "pages/a/noise.png", &noise(4000));
    let output = layout(&folder, "pages/a/a");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let page: Value = serde_json::from_slice(&output.stdout).unwrap();
    let image = page["elements"].as_array().unwrap().iter().find(|element| element["tag"] == "image").unwrap().clone();
    assert_eq!((image["width"].as_f64(), image["height"].as_f64()), (Some(30.0), Some(30.0)));
}

#[test]
fn a_font_of_noise_is_reported_and_text_is_drawn_all_the_same() {
    let folder = program(&[(
        "pages/a/a.wxss",
        "@font-face { font-family: noise; src: url('noise.ttf'); }\n.box { font-family: noise; width: 100px; }",
    )]);
    write(folder.path(), "pages/a/noise.ttf", &noise(4000));
    let output = layout(&folder, "pages/a/a");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

#[test]
fn files_of_noise_never_end_in_a_panic() {
    for path in ["pages/a/a.wxml", "pages/a/a.wxss", "pages/a/a.js", "pages/a/a.json", "app.wxss", "app.js"] {
        let folder = program(&[]);
        write(folder.path(), path, &noise(20_000));
        let output = layout(&folder, "pages/a/a");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{path}: {:?}\n{errors}", output.status);
        assert!(!errors.contains("panicked"), "{path}: {errors}");
    }
}

#[test]
fn wrong_usage_ends_with_status_two() {
    let output = Command::new(env!("CARGO_BIN_EXE_pellicle")).args(["layout", "--no-such-option"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

/// Bytes without any meaning, the same on every machine (xorshift).
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_u32;
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as u8
        })
        .collect()
}
