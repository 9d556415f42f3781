//! What commands say and write: findings with their lines, each once; exit status; files of a run.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/program.rs"]
mod program;

use program::Program;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn command(name: &str, program: &Program, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    command.arg(name).arg(program.path()).args(options);
    for display in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(display);
    }
    command
}

fn run(name: &str, program: &Program, options: &[&str]) -> Output {
    command(name, program, options).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn status(output: &Output) -> Option<i32> {
    output.status.code()
}

fn broken() -> Program {
    Program::new(&[
        ("pages/a/a.wxml", "<view>\n\t<text wx:if=\"{{a +}}\">中</text>\n</view>"),
        ("pages/a/a.wxss", ".box {\n  widht: 10px;\n}"),
        ("pages/a/a.js", "Page({\n  onLoad() {\n    missing.field;\n  },\n});"),
        ("pages/a/a.json", "{\n  \"usingComponents\": {,}\n}"),
    ])
}

#[test]
fn a_finding_is_one_line_with_its_place_and_below_it_the_source_line_with_a_caret() {
    let program = broken();
    let picture = program.path().join("out.png");
    let picture = picture.to_str().unwrap();
    for (name, options) in [
        ("layout", &["--deterministic"][..]),
        ("render", &["--deterministic", "-o", picture]),
        ("bench", &["--deterministic", "--scenario", "full", "--frames", "2", "--runs", "1"]),
        ("check", &[]),
    ] {
        let output = run(name, &program, options);
        let said = said(&output);
        let lines: Vec<&str> = said.lines().collect();
        for (place, line, caret) in [
            ("pages/a/a.wxml:2:", "  2 |     <text wx:if=\"{{a +}}\">中</text>", 22),
            ("pages/a/a.wxss:2:3: ", "  2 |   widht: 10px;", 2),
            ("pages/a/a.json:2:23: ", "  2 |   \"usingComponents\": {,}", 22),
        ] {
            let found: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].starts_with(place)).collect();
            assert_eq!(found.len(), 1, "{name}: {place} is to be said once:\n{said}");
            assert_eq!(lines[found[0] + 1], line, "{name}:\n{said}");
            assert_eq!(lines[found[0] + 2], format!("    | {}^", " ".repeat(caret)), "{name}:\n{said}");
        }
        if name != "check" {
            // QuickJS points to where the expression begins, Boa to its end.
            let quick = std::env::var("PELLICLE_ENGINE").is_ok_and(|engine| engine == "quickjs");
            let caret = " ".repeat(if quick { 5 } else { 13 });
            assert!(said.contains(&format!("\n  3 |     missing.field;\n    |{caret}^")), "{name}:\n{said}");
        }
    }
}

#[test]
fn the_log_has_a_finding_as_fields() {
    let program = broken();
    let log = program.path().join("run.log");
    run("layout", &program, &["--deterministic", "--log", log.to_str().unwrap()]);
    let text = std::fs::read_to_string(log).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: Vec<&Value> = lines.iter().filter(|line| line["file"] == "pages/a/a.json").collect();
    assert_eq!(found.len(), 1, "{text}");
    assert_eq!(found[0]["kind"], "error");
    assert_eq!((&found[0]["line"], &found[0]["column"]), (&json!(2), &json!(23)));
    assert_eq!(found[0]["source"], "  \"usingComponents\": {,}");
}

#[test]
fn a_reader_that_goes_away_ends_a_command_quietly() {
    let program = broken();
    let cases = program.path().join("cases.jsonl");
    let case = r#"{"suite": "a", "name": "b", "viewport": [10, 10], "wxml": "<view/>", "expect": []}"#;
    std::fs::write(&cases, format!("{case}\n").repeat(200)).unwrap();
    let help = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    let mut of_cases = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    of_cases.args(["layout", "--cases"]).arg(&cases);
    let commands = [
        (help, Some(0)),
        (of_cases, Some(0)),
        (command("layout", &program, &["--deterministic"]), Some(0)),
        (command("check", &program, &["--json"]), Some(1)),
        (command("check", &program, &[]), Some(1)),
        (
            command("bench", &program, &["--deterministic", "--scenario", "idle", "--frames", "2", "--runs", "1"]),
            Some(0),
        ),
    ];
    for (index, (mut command, expected)) in commands.into_iter().enumerate() {
        if index == 0 {
            command.args(["layout", "--help"]);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(!said(&output).contains("panicked"), "{command:?}: {}", said(&output));
        assert_eq!(status(&output), expected, "{command:?}: {}", said(&output));
    }
    // Nobody listens to the errors either.
    let mut child = command("check", &program, &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn data_of_the_command_line_is_there_at_on_load() {
    let js = "Page({ data: { word: 'own' }, onLoad() { this.setData({ seen: this.data.word }); } });";
    let program = Program::page("<view>{{seen}}</view>", "", js);
    let file = program.path().join("data.json");
    std::fs::write(&file, r#"{"word": "given"}"#).unwrap();
    for options in [&["--data"][..], &["--deterministic", "--data"]] {
        let (_, data, _) = program.layout(&[options, &[file.to_str().unwrap()]].concat());
        assert_eq!(data, json!({ "word": "given", "seen": "given" }), "{options:?}");
    }
}

#[test]
fn a_page_that_the_program_has_not_ends_each_command_with_status_one() {
    let program = Program::new(&[("app.json", "{\n  \"pages\": [\"pages/a/a\"]\n}"), ("pages/a/a.wxml", "<view/>")]);
    for name in ["layout", "run"] {
        let output = run(name, &program, &["--page", "pages/zz/zz"]);
        assert_eq!(status(&output), Some(1), "{name}");
        let expected = "app.json:2:12: the program has no page \"pages/zz/zz\"\n  2 |   \"pages\": [\"pages/a/a\"]\n";
        assert!(said(&output).starts_with(expected), "{name}: {}", said(&output));
    }
}

#[test]
fn a_manifest_without_pages_is_refused_with_the_same_words_everywhere() {
    for pages in ["\"x\"", "[]"] {
        let program = Program::new(&[("app.json", &format!("{{\"pages\": {pages}}}"))]);
        let expected = "app.json:1:11: \"pages\" must list at least one page, such as \"pages/index/index\"";
        for name in ["layout", "check", "run"] {
            let output = run(name, &program, &[]);
            assert_eq!(status(&output), Some(1), "{name} {pages}");
            let found = said(&output).lines().filter(|line| line.starts_with(expected)).count();
            assert_eq!(found, 1, "{name} {pages}: {}", said(&output));
        }
    }
}

#[test]
fn a_configuration_value_of_the_wrong_kind_is_told_with_its_place() {
    let json = "{\n  \"usingComponents\": [\"x\"],\n  \"navigationBarTitleText\": 5\n}";
    let program =
        Program::new(&[("pages/a/a.wxml", "<view/>"), ("pages/a/a.json", json), ("pages/a/a.js", "Page({});")]);
    for name in ["layout", "check"] {
        let said = said(&run(name, &program, &[]));
        for place in
            ["pages/a/a.json:2:22: \"usingComponents\" has to be", "pages/a/a.json:3:29: \"navigationBarTitleText\""]
        {
            assert_eq!(said.lines().filter(|line| line.starts_with(place)).count(), 1, "{name}: {said}");
        }
    }
}

#[test]
fn a_missing_component_is_told_where_it_is_named() {
    let json = "{\n  \"usingComponents\": {\n    \"gone\": \"./gone\"\n  }\n}";
    let program =
        Program::new(&[("pages/a/a.wxml", "<gone/>"), ("pages/a/a.json", json), ("pages/a/a.js", "Page({});")]);
    for name in ["layout", "check"] {
        let said = said(&run(name, &program, &[]));
        assert!(said.lines().any(|line| line.starts_with("pages/a/a.json:3:13: ")), "{name}: {said}");
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_named_and_the_rest_goes_on() {
    let program = Program::new(&[("pages/a/a.js", "Page({ data: { word: 'alive' } });")]);
    std::fs::write(program.path().join("pages/a/a.wxml"), b"\xef\xbb\xbf<view>{{word}}</view><include src=\"b\"/>")
        .unwrap();
    let utf16: Vec<u8> = "<view>b</view>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(program.path().join("pages/a/b.wxml"), utf16).unwrap();
    std::fs::write(program.path().join("pages/a/a.wxss"), b".a {}\n.\xd6\xd0 { color: red }").unwrap();
    std::fs::write(program.path().join("pages/a/a.json"), b"\xff\xfe{\0}\0").unwrap();
    for name in ["layout", "check"] {
        let output = run(name, &program, &[]);
        let said = said(&output);
        for place in
            ["pages/a/b.wxml:1:1: the file is not", "pages/a/a.wxss:2:2: the file is not", "pages/a/a.json:1:1: the"]
        {
            assert_eq!(said.lines().filter(|line| line.starts_with(place)).count(), 1, "{name}: {said}");
        }
        assert_eq!(said.lines().filter(|line| line.starts_with("pages/")).count(), 3, "{name}: {said}");
        if name == "layout" {
            assert!(String::from_utf8_lossy(&output.stdout).contains("alive"));
        }
    }
}

#[test]
fn a_file_that_is_no_font_is_named_with_status_two() {
    let program = Program::page("<view/>", "", "Page({});");
    let font = program.path().join("noise.ttf");
    std::fs::write(&font, "noise").unwrap();
    let picture = program.path().join("x.png");
    for (name, options) in [("layout", vec![]), ("run", vec![]), ("render", vec!["-o", picture.to_str().unwrap()])] {
        for file in [font.as_path(), Path::new("/no/such/font.ttf")] {
            let file = file.to_str().unwrap();
            let output = run(name, &program, &[&options[..], &["--font", file]].concat());
            assert_eq!(status(&output), Some(2), "{name}: {}", said(&output));
            assert!(said(&output).starts_with(&format!("{file}: ")), "{name}: {}", said(&output));
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn script_that_takes_more_memory_than_it_may_ends_with_a_report() {
    let program = Program::page("<view/>", "", "Page({})");
    assert_eq!(said(&run("layout", &program, &["--budget-heap-mb", "32"])), "");
    let hog = "Page({ onLoad() { const all = []; while (true) all.push(new Array(1000).fill(all)); } })";
    let output = run("layout", &Program::page("<view/>", "", hog), &["--budget-heap-mb", "32"]);
    assert_eq!(status(&output), Some(1), "{}", said(&output));
    assert!(said(&output).contains("heap"), "{}", said(&output));
}

#[test]
fn keys_and_text_of_a_script_go_to_the_field_with_the_focus_and_a_picture_has_the_files_of_its_run() {
    let js = "Page({ data: { typed: '', done: '' }, typed(e) { this.setData({ typed: e.detail.value }); },
        done(e) { this.setData({ done: e.detail.value }); } });";
    let wxml = "<input class=\"f\" bindinput=\"typed\" bindconfirm=\"done\"/><view>{{typed}}</view>";
    let program = Program::page(wxml, "", js);
    let steps = program.path().join("steps.json");
    let script = r#"[{"input": ".f", "text": "ab"}, {"key": "Backspace"}, {"text": "cd"}, {"key": "ArrowLeft"}, {"key": "x"},
        {"snap": "typed"}, {"key": "Enter"}]"#;
    std::fs::write(&steps, script).unwrap();
    let out = program.path().join("out");
    let picture = program.path().join("page.png");
    let options = ["--deterministic", "-o", picture.to_str().unwrap(), "--steps", steps.to_str().unwrap(), "--out"];
    let output = run("render", &program, &[&options[..], &[out.to_str().unwrap(), "--name", "n"]].concat());
    assert_eq!(status(&output), Some(0), "{}", said(&output));
    let read = |name: &str| serde_json::from_slice::<Value>(&std::fs::read(out.join(name)).unwrap()).unwrap();
    assert_eq!(read("n.data.json"), json!({ "typed": "acxd", "done": "acxd" }));
    assert_eq!(read("n.json")["elements"], read("n.typed.json")["elements"]);
    assert!(read("n.calls.json")["calls"].is_array());
    assert!(image::open(&picture).is_ok() && image::open(out.join("n.typed.png")).is_ok());
}
