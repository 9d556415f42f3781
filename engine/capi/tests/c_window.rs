//! The C host with a window, under a display of its own: what it shows by either painter, and what a hand does there.
//!
//! Needs Xvfb, xdotool, ImageMagick's `import` and Xlib's headers; `PELLICLE_REQUIRE_GPU=1` makes their absence a failure.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure
#![cfg(target_os = "linux")]

#[path = "../../tests/support/display.rs"]
#[allow(dead_code)] // other tests use more of it
mod display;
mod support;

use display::{Display, Running, display};
use image::RgbImage;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A display, where programs for it can be built.
fn display_for_x11() -> Option<Display> {
    if !Path::new("/usr/include/X11/Xlib.h").exists() {
        assert!(std::env::var_os("PELLICLE_REQUIRE_GPU").is_none(), "the headers of Xlib are missing");
        println!("not run: the headers of Xlib are missing");
        return None;
    }
    display("500x800")
}

/// A counter with a field, which tells the host what is typed.
const FILES: &[(&str, &str)] = &[
    ("app.json", r#"{ "pages": ["a"], "window": { "navigationBarTitleText": "Counter" } }"#),
    (
        "a.wxml",
        r#"<view class="row" bindtap="more">{{count}}</view><input class="row field" bindinput="typed" value="{{text}}"/>
           <view class="row" wx:for="{{30}}" wx:key="*this">row {{item}}</view>"#,
    ),
    ("a.wxss", ".row { height: 60px; border-bottom: 1px solid #888 } .field { background: #eef }"),
    (
        "a.js",
        r#"Page({
            data: { count: 0, text: '' },
            more() {
                this.setData({ count: this.data.count + 1 })
                wx.tellHost({ text: `counted ${this.data.count}`, success: ({ heard }) => console.log(`heard ${heard}`) })
            },
            typed({ detail }) { wx.tellHost({ text: detail.value }) },
        })"#,
    ),
];

fn program(folder: &Path) -> PathBuf {
    let program = folder.join("program");
    std::fs::create_dir_all(&program).unwrap();
    FILES.iter().for_each(|(name, text)| std::fs::write(program.join(name), text).unwrap());
    program
}

/// Builds the host.
fn host(folder: &Path, options: &[&str]) -> PathBuf {
    let out = folder.join("window");
    support::build(&support::root().join("examples/c/window.c"), &out, options, &["-lX11"]);
    out
}

/// What is seen while a hand uses the host: at first, counted, typed, scrolled, in another size; and what it said.
fn used(display: &Display, host: &Path, arguments: &[&str]) -> (Vec<RgbImage>, String) {
    let dark = display.screen();
    let mut command = display.command(host);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running(command.spawn().unwrap());
    let mut seen = vec![display.settled(&dark)];
    let step = |seen: &mut Vec<RgbImage>, line: &[&str]| {
        display.hand(line);
        let next = display.settled(&seen[seen.len() - 1]);
        seen.push(next);
    };
    step(&mut seen, &["mousemove", "100", "94", "click", "1"]);
    // A window without a manager gets the keyboard from us.
    display.hand(&["windowfocus", &display.window("Counter")]);
    display.hand(&["mousemove", "100", "154", "click", "1"]);
    std::thread::sleep(Duration::from_millis(500));
    display.hand(&["type", "--delay", "80", "fern"]);
    display.hand(&["key", "BackSpace"]);
    // The caret would blink from picture to picture.
    step(&mut seen, &["mousemove", "100", "600", "click", "1"]);
    step(&mut seen, &["click", "5", "click", "5"]);
    step(&mut seen, &["windowsize", &display.window("Counter"), "300", "500"]);
    // As a window manager does it when the window is closed.
    display.hand(&["windowclose", &display.window("Counter")]);
    let _ = running.0.kill();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut running.0.stdout.take().unwrap(), &mut said).unwrap();
    (seen, said)
}

#[test]
fn a_hand_uses_it_and_both_painters_show_the_same() {
    let Some(display) = display_for_x11() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (program, host) = (program(folder.path()), host(folder.path(), &[]));
    let program = program.to_str().unwrap();
    let (cpu, said) = used(&display, &host, &[program]);
    let lines: Vec<&str> = said.lines().collect();
    for line in
        [r#"tellHost {"text":"counted 1"}"#, "heard true", r#"tellHost {"text":"fern"}"#, r#"tellHost {"text":"fer"}"#]
    {
        assert!(lines.contains(&line), "{line}\n{said}");
    }
    let (gpu, _) = used(&display, &host, &[program, "--gpu"]);
    for (step, (cpu, gpu)) in cpu.iter().zip(&gpu).enumerate() {
        let worst = cpu.as_raw().iter().zip(gpu.as_raw()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(worst <= 3, "step {step}: {worst}");
    }
}

#[test]
fn sanitized_it_ends_as_its_window_is_closed() {
    let Some(display) = display_for_x11() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (program, host) = (program(folder.path()), host(folder.path(), support::SANITIZED));
    let dark = display.screen();
    let mut command = display.command(&host);
    // Drivers of X11 and of input methods keep things to the end.
    let mut running = Running(
        command
            .arg(&program)
            .env("ASAN_OPTIONS", "detect_leaks=0")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let first = display.settled(&dark);
    display.hand(&["mousemove", "100", "94", "click", "1"]);
    display.settled(&first);
    let window = display.window("Counter");
    let close = display.command("xdotool").args(["windowclose", &window]).status().unwrap();
    assert!(close.success());
    let started = Instant::now();
    let status = loop {
        if let Some(status) = running.0.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "it does not end");
        std::thread::sleep(Duration::from_millis(50));
    };
    let mut said = String::new();
    std::io::Read::read_to_string(&mut running.0.stderr.take().unwrap(), &mut said).unwrap();
    assert!(status.success(), "{status:?}\n{said}");
}
