//! `pellicle dev`: a window that keeps in step with the files of its program.

use super::program::Program;
use super::{Display, Running, display};
use image::RgbImage;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RED: [u8; 3] = [160, 0, 0];
const GREEN: [u8; 3] = [0, 160, 0];
const BLUE: [u8; 3] = [0, 0, 160];
const GREY: [u8; 3] = [80, 80, 80];

fn program() -> Program {
    Program::new(&[
        ("app.json", r#"{ "pages": ["pages/a/a"], "window": { "navigationBarTitleText": "shop" } }"#),
        ("pages/a/a.wxml", "<view class='all {{on ? \"on\" : \"\"}}' bindtap='tap'><view class='bar'/></view>"),
        ("pages/a/a.wxss", &style("#a00000")),
        ("pages/a/a.js", SCRIPT),
    ])
}

const SCRIPT: &str =
    "Page({ data: { on: false }, onLoad() { console.log('load') }, tap() { this.setData({ on: true }) } })";

fn style(color: &str) -> String {
    format!(".all {{ height: 100vh; background: {color} }} .on .bar {{ height: 200px; background: #505050 }}")
}

fn count(picture: &RgbImage, color: [u8; 3]) -> usize {
    picture.pixels().filter(|pixel| pixel.0 == color).count()
}

/// Whether a picture has much of a colour.
fn shows(picture: &RgbImage, color: [u8; 3]) -> bool {
    count(picture, color) > 20_000
}

/// Waits until the screen is so.
fn until(display: &Display, what: &str, holds: impl Fn(&RgbImage) -> bool) -> RgbImage {
    let started = Instant::now();
    loop {
        let screen = display.screen();
        if let Some(screen) = screen.as_ref().filter(|screen| holds(screen)) {
            return screen.clone();
        }
        if started.elapsed() > Duration::from_secs(60) {
            let seen = std::env::temp_dir().join("developing.png");
            let _ = screen.map(|screen| screen.save(&seen));
            panic!("{what}: {} is what is seen", seen.display());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn develop(display: &Display, program: &Program, isolation: &str) -> Running {
    let mut command: Command = display.command(env!("CARGO_BIN_EXE_pellicle"));
    command.arg("dev").arg(program.path()).args(["--renderer", "cpu", "--isolation", isolation]);
    command.env("XDG_DATA_HOME", program.path().join(".data")).env("XDG_CACHE_HOME", program.path().join(".cache"));
    Running(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap())
}

#[test]
fn what_is_saved_is_shown_with_the_page_as_it_was() {
    let Some(display) = display() else { return };
    for isolation in ["thread", "process"] {
        let program = program();
        let write = |path: &str, text: &str| std::fs::write(program.path().join(path), text).unwrap();
        let mut running = develop(&display, &program, isolation);
        until(&display, "the page", |screen| shows(screen, RED));
        display.hand(&["mousemove", "150", "300", "click", "1"]);
        until(&display, "what a tap made", |screen| shows(screen, RED) && shows(screen, GREY));

        write("pages/a/a.wxss", &style("#00a000"));
        until(&display, "another style", |screen| shows(screen, GREEN) && shows(screen, GREY));
        // A template, in which the data of the page is what it was.
        write(
            "pages/a/a.wxml",
            "<view class='all {{on ? \"on\" : \"\"}}'><view class='bar' style='width:50%'/></view>",
        );
        let wide = until(&display, "another template", |screen| {
            shows(screen, GREEN) && (20_000..45_000).contains(&count(screen, GREY))
        });

        // A fault is told over the page, which goes on being there.
        write(
            "pages/a/a.wxml",
            "<view class='all {{on ? \"on\" : \"\"}}'>\n  <view class='bar' wx:if='{{a +}}'/></view>",
        );
        let told = |screen: &RgbImage| count(screen, [255, 93, 93]) > 200;
        until(&display, "a fault in a template", told);
        write("pages/a/a.js", "Page({ data: {");
        until(&display, "a fault in script", told);
        write("app.json", "{ \"pages\": [");
        std::thread::sleep(Duration::from_millis(500));
        until(&display, "a fault in settings", told);
        assert!(running.0.try_wait().unwrap().is_none());

        // Mended in any order, it is as it was.
        write("app.json", r#"{ "pages": ["pages/a/a"], "window": { "navigationBarTitleText": "shop" } }"#);
        write("pages/a/a.js", &SCRIPT.replace("on: false", "on: false, more: 1"));
        write(
            "pages/a/a.wxml",
            "<view class='all {{on ? \"on\" : \"\"}}'><view class='bar' style='width:50%'/></view>",
        );
        until(&display, "what was mended", |screen| *screen == wide);
        // A file that is put away takes what it said with it.
        std::fs::remove_file(program.path().join("pages/a/a.wxss")).unwrap();
        until(&display, "no style", |screen| !shows(screen, GREEN));
        write("pages/a/a.wxss", &style("#0000a0"));
        until(&display, "a style again", |screen| shows(screen, BLUE) && shows(screen, GREY));

        display.hand(&["windowclose", &display.window()]);
        let mut said = String::new();
        running.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(running.0.wait().unwrap().success(), "{said}");
        for what in ["pages/a/a.wxml:2:", "pages/a/a.js:", "app.json:1:"] {
            assert!(said.contains(what), "{what}: {said}");
        }
    }
}

#[test]
fn the_menu_changes_what_the_program_runs_in() {
    let Some(display) = display() else { return };
    let program = Program::new(&[
        (
            "app.json",
            r#"{ "pages": ["pages/a/a"], "window": { "navigationBarTitleText": "shop" }, "networkDomains": {} }"#,
        ),
        (
            "pages/a/a.wxml",
            "<view class='all'></view><view wx:if='{{off}}' class='off'></view><view wx:if='{{en}}' class='en'></view>",
        ),
        (
            "pages/a/a.wxss",
            ".all { height: 200px; background: #a00000 } .off { height: 100px; background: #00a000 }
             .en { height: 100px; background: #505050 }
             @media (prefers-color-scheme: dark) { .all { background: #0000a0 } }",
        ),
        (
            "pages/a/a.js",
            "Page({ data: { off: false, en: wx.getAppBaseInfo().language === 'en' },
               onLoad() { wx.onNetworkStatusChange(({ isConnected }) => this.setData({ off: !isConnected })) } })",
        ),
    ]);
    let mut running = develop(&display, &program, "thread");
    until(&display, "the page", |screen| shows(screen, RED));
    // The rows of a list are 56 px high, above the one that closes it.
    let choose = |items: u32, item: u32, height: u32| {
        let y = (height - 64 - 56 * (items - item) + 28).to_string();
        std::thread::sleep(Duration::from_millis(600));
        display.hand(&["mousemove", "180", &y, "click", "1"]);
    };
    let menu = || {
        display.focus();
        display.hand(&["key", "F1"]);
    };
    menu();
    choose(7, 2, 667);
    until(&display, "dark", |screen| shows(screen, BLUE));
    menu();
    choose(7, 3, 667);
    choose(4, 3, 667);
    until(&display, "offline", |screen| shows(screen, GREEN));
    menu();
    choose(7, 5, 667);
    choose(4, 2, 667);
    until(&display, "English", |screen| shows(screen, GREY) && shows(screen, BLUE));
    menu();
    choose(7, 1, 667);
    choose(6, 4, 667);
    let size = || {
        let said = display.command("xdotool").args(["getwindowgeometry", &display.window()]).output().unwrap();
        String::from_utf8_lossy(&said.stdout).contains("360x780")
    };
    let started = Instant::now();
    while !size() {
        assert!(started.elapsed() < Duration::from_secs(30), "the size of the device");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(running.0.try_wait().unwrap().is_none());
}
