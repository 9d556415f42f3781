//! The C host with a window, under a display of its own: what it shows by either painter, and what a hand does there.
//!
//! Needs Xvfb, xdotool, ImageMagick's `import` and Xlib's headers; `PELLICLE_REQUIRE_GPU=1` makes their absence a failure.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure
#![cfg(target_os = "linux")]

mod support;

use image::RgbImage;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Display {
    name: String,
    _server: Running,
}

fn display() -> Option<Display> {
    let tools = [("xdotool", "version"), ("import", "-version")];
    let absent = tools.iter().find(|(tool, version)| Command::new(tool).arg(version).output().is_err());
    let started = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "500x800x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let header = Path::new("/usr/include/X11/Xlib.h").exists();
    let (Ok(server), None, true) = (started, absent, header) else {
        let required = std::env::var_os("PELLICLE_REQUIRE_GPU").is_some();
        assert!(!required, "Xvfb, xdotool, import or the headers of Xlib are missing");
        println!("not run: Xvfb, xdotool, import or the headers of Xlib are missing");
        return None;
    };
    let mut server = Running(server);
    let mut number = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
    Some(Display { name: format!(":{}", number.trim()), _server: server })
}

impl Display {
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.name).env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
        command
    }

    /// What a hand does.
    fn hand(&self, line: &[&str]) {
        assert!(self.command("xdotool").args(line).status().unwrap().success(), "{line:?}");
    }

    fn screen(&self) -> RgbImage {
        let shot = self.command("import").args(["-window", "root", "png:-"]).output().unwrap();
        image::load_from_memory(&shot.stdout).unwrap().to_rgb8()
    }

    /// The screen once it shows something else than `last`, and has come to rest.
    fn settled(&self, last: &RgbImage) -> RgbImage {
        let started = Instant::now();
        let mut before = last.clone();
        while started.elapsed() < Duration::from_secs(40) {
            std::thread::sleep(Duration::from_millis(600));
            let now = self.screen();
            if now != *last && now == before {
                return now;
            }
            before = now;
        }
        panic!("nothing new stands still on the screen");
    }

    fn window(&self) -> String {
        let found = self.command("xdotool").args(["search", "--onlyvisible", "--name", "Counter"]).output().unwrap();
        String::from_utf8(found.stdout).unwrap().lines().last().unwrap_or_default().to_owned()
    }
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
    display.hand(&["windowfocus", &display.window()]);
    display.hand(&["mousemove", "100", "154", "click", "1"]);
    std::thread::sleep(Duration::from_millis(500));
    display.hand(&["type", "--delay", "80", "fern"]);
    display.hand(&["key", "BackSpace"]);
    // The caret would blink from picture to picture.
    step(&mut seen, &["mousemove", "100", "600", "click", "1"]);
    step(&mut seen, &["click", "5", "click", "5"]);
    step(&mut seen, &["windowsize", &display.window(), "300", "500"]);
    // As a window manager does it when the window is closed.
    display.hand(&["windowclose", &display.window()]);
    let _ = running.0.kill();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut running.0.stdout.take().unwrap(), &mut said).unwrap();
    (seen, said)
}

#[test]
fn a_hand_uses_it_and_both_painters_show_the_same() {
    let Some(display) = display() else { return };
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
    let Some(display) = display() else { return };
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
    let window = display.window();
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
