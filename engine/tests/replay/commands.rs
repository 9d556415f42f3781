//! `pellicle replay`, `diff` and `shrink`, and the commands of docs/replay.md.

use super::display::{Running, display};
use super::session::{Bytes, Plan, Session, example, record};
use pellicle::interact::{InputEvent, PointerKind};
use pellicle::replay::{RecordConfig, Recording};
use pellicle_script::realm::ScriptEngine;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A page with a counter that breaks when it is tapped for the third time.
fn program(folder: &Path, color: &str) -> PathBuf {
    let dir = folder.join(color);
    fs::create_dir_all(dir.join("pages/a")).unwrap();
    let write = |file: &str, text: &str| fs::write(dir.join(file), text).unwrap();
    write("app.json", r#"{"pages": ["pages/a/a"]}"#);
    write("app.js", "App({})");
    write("pages/a/a.json", "{}");
    write(
        "pages/a/a.wxml",
        r#"<view class="box" bindtap="tap">{{count}}</view><view style="height: 900px">below</view>"#,
    );
    write("pages/a/a.wxss", &format!(".box {{ height: 100px; background: {color}; }}"));
    write(
        "pages/a/a.js",
        "Page({ data: { count: 0 }, tap() {
            this.setData({ count: this.data.count + 1 })
            if (this.data.count === 3) throw new Error('three is too much')
        } })",
    );
    dir
}

fn plan(folder: PathBuf) -> Plan {
    Plan { folder, seed: 7, engine: ScriptEngine::default(), free: false, process: false, events: 6 }
}

/// Records a user who taps the box and does other things in between.
fn tapped(folder: &Path, file: &Path, taps: u32) {
    let bytes = Bytes::default();
    let mut session = Session::open(&plan(folder.to_owned()), Some(RecordConfig::new(Box::new(bytes.clone()))));
    for _ in 0..taps {
        let (pointer, kind, x, y) = (1, PointerKind::Touch, 60.0, 110.0);
        session.input(&InputEvent::Wheel { x: 50.0, y: 300.0, delta_x: 0.0, delta_y: 0.0, time: 0.0 });
        session.input(&InputEvent::PointerDown { pointer, kind, x, y, time: 0.0 });
        session.wait(20.0);
        session.input(&InputEvent::PointerUp { pointer, x, y, time: 0.0 });
        session.wait(400.0);
        session.input(&InputEvent::Text("x".to_owned()));
        session.wait(50.0);
    }
    drop(session);
    fs::write(file, bytes.take()).unwrap();
}

fn pellicle(dir: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pellicle"))
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn succeeds(dir: &Path, arguments: &[&str], input: &str) -> String {
    let output = pellicle(dir, arguments, input);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {:?}\n{}\n{said}", output.status, text(&output));
    text(&output)
}

#[test]
fn a_replay_says_that_all_is_as_it_was_recorded() {
    let dir = TempDir::new().unwrap();
    let (bytes, frames) = record(&plan(example("shop")));
    fs::write(dir.path().join("shop.rec"), bytes).unwrap();
    let told: Value =
        serde_json::from_str(&succeeds(dir.path(), &["replay", "shop.rec", "--verify", "--json"], "")).unwrap();
    assert_eq!(told["frames"].as_array().unwrap().len() as u64, frames);
    assert!(told["firstDifference"].is_null() && told["script"]["differs"].is_null(), "{told}");
    assert!(told["script"]["turns"].as_u64().unwrap() > 5, "{told}");

    succeeds(dir.path(), &["replay", "shop.rec", "--frames", "pictures"], "");
    succeeds(dir.path(), &["diff", "shop.rec", "pictures"], "");
    let fewer = succeeds(dir.path(), &["replay", "shop.rec", "--until", "2"], "");
    assert_eq!(fewer.lines().count(), 3, "{fewer}");
}

#[test]
fn what_another_program_shows_is_told_frame_by_frame() {
    let dir = TempDir::new().unwrap();
    for color in ["red", "blue"] {
        tapped(&program(dir.path(), color), &dir.path().join(format!("{color}.rec")), 1);
    }
    let output = pellicle(dir.path(), &["diff", "red.rec", "blue.rec", "--json", "--pictures", "changed"], "");
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_str(&text(&output)).unwrap();
    let first = &told["differ"][0];
    // The box is 300 px wide and 100 px high.
    assert_eq!((&first["area"][2], &first["area"][3]), (&300.into(), &100.into()), "{told}");
    let frame = first["frame"].as_u64().unwrap();
    for kind in ["a", "b", "diff"] {
        assert!(dir.path().join(format!("changed/{frame:06}.{kind}.png")).exists());
    }
}

#[test]
fn a_recording_is_gone_through_forward_and_back() {
    let dir = TempDir::new().unwrap();
    tapped(&program(dir.path(), "red"), &dir.path().join("red.rec"), 2);
    let commands = "next\nops\ninvalidations\nitems all\nnext\nback\ngoto 1\npicture one.png\nquit\n";
    let told = succeeds(dir.path(), &["replay", "red.rec", "--step"], commands);
    assert!(told.contains("before the first of"), "{told}");
    assert!(told.contains("create ") && told.contains("<view>") && told.contains("text of"), "{told}");
    assert!(told.contains("laid out") && told.contains("drew 300 x"), "{told}");
    assert!(told.contains("<view>.box: style"), "{told}");
    assert!(told.contains("quad #ff0000ff"), "{told}");
    let first: Vec<&str> = told.lines().filter(|line| line.starts_with("frame     1 ")).collect();
    assert_eq!(first.len(), 3, "{told}");
    assert!(first.iter().all(|line| *line == first[0]), "{told}");
    assert!(dir.path().join("one.png").exists());
}

#[test]
fn a_recording_shrinks_to_what_its_fault_needs() {
    let dir = TempDir::new().unwrap();
    tapped(&program(dir.path(), "red"), &dir.path().join("red.rec"), 5);
    let fault = "console:three is too much";
    succeeds(dir.path(), &["shrink", "red.rec", "--fault", fault, "-o", "short.rec"], "");
    let count = |file: &str| {
        let spans = Recording::open(&dir.path().join(file)).unwrap().spans().unwrap();
        spans.filter(|span| format!("{:?}", span.call).contains("Handle")).count()
    };
    // Three taps, each down and up.
    assert_eq!((count("red.rec"), count("short.rec")), (20, 6));
    succeeds(dir.path(), &["replay", "short.rec", "--verify"], "");
    let output = pellicle(dir.path(), &["shrink", "red.rec", "--fault", "console:never", "-o", "none.rec"], "");
    assert!(!output.status.success() && !dir.path().join("none.rec").exists());
}

#[test]
fn the_commands_of_the_page_work() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/replay.md")).unwrap();
    let dir = TempDir::new().unwrap();
    // A window is opened by other tests.
    let mut ran = 0;
    let blocks = page.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
    for line in blocks.flat_map(str::lines) {
        let command = line.split('#').next().unwrap_or_default().trim();
        let Some(arguments) = command.strip_prefix("pellicle ") else { continue };
        if arguments.starts_with("run ") {
            continue;
        }
        let examples = root.join("examples").to_string_lossy().into_owned();
        let arguments = arguments.replace("examples", &examples);
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        succeeds(dir.path(), &arguments, "next\nops\n");
        ran += 1;
    }
    assert!(ran >= 5, "{ran} commands");
}

#[test]
fn what_a_window_showed_is_replayed_and_shown_in_another() {
    let Some(display) = display("400x700") else { return };
    let dir = TempDir::new().unwrap();
    let folder = program(dir.path(), "red");
    let empty = display.screen();
    let child = display
        .command(env!("CARGO_BIN_EXE_pellicle"))
        .args([
            "run",
            &folder.to_string_lossy(),
            "--renderer",
            "cpu",
            "--viewport",
            "300x500",
            "--record",
            "window.rec",
        ])
        .current_dir(dir.path())
        .env("XDG_DATA_HOME", dir.path().join("data"))
        .env("XDG_CACHE_HOME", dir.path().join("cache"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut window = Running(child);
    let shown = display.settled(&empty);
    display.click((60, 110));
    display.settled(&shown);
    let pid = window.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert!(window.0.wait().unwrap().success());

    let told: Value =
        serde_json::from_str(&succeeds(dir.path(), &["replay", "window.rec", "--verify", "--json"], "")).unwrap();
    let frames = told["frames"].as_array().unwrap().len();
    assert!(frames > 1 && told["ended"] == true && told["firstDifference"].is_null(), "{told}");
    assert!(told["frames"].as_array().unwrap().iter().all(|frame| frame["recorded"].is_string()), "{told}");

    let until = frames.to_string();
    let output = display
        .command(env!("CARGO_BIN_EXE_pellicle"))
        .args(["replay", "window.rec", "--window", "--speed", "20", "--until", &until])
        .current_dir(dir.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let lines = text(&output);
    assert!(output.status.success(), "{lines}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(lines.lines().count(), frames, "{lines}");
    assert!(!lines.contains("!="), "{lines}");
}
