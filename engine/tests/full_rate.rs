//! What moves by itself goes on at full rate while script hangs: frames on a clock of the test's own, in which something
//! changes.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/freely.rs"]
mod freely;
#[path = "support/program.rs"]
mod program;

use pellicle::host::app::App;
use pellicle::interact::{InputEvent, PointerKind};
use pellicle::tools::select::find;
use program::Program;
use std::time::{Duration, Instant};

/// One frame, ms.
const FRAME: f64 = 16.0;

/// A program whose script hangs.
struct Hung {
    app: App,
    pixels: Vec<u8>,
    now: f64,
    _files: Program,
}

impl Hung {
    /// Shows a page, whose `hang` never comes back: it runs when `#hang` is tapped.
    fn open(wxml: &str, wxss: &str) -> Hung {
        let wxml = format!("<view id='hang' bindtap='hang'/>{wxml}");
        let wxss = format!("#hang {{ position: fixed; right: 0; bottom: 0; width: 20px; height: 20px }}\n{wxss}");
        Hung::program(Program::page(&wxml, &wxss, "Page({ hang() { while (true) Date.now() } })"))
    }

    fn program(files: Program) -> Hung {
        let app = freely::open(files.path());
        let (width, height) = app.viewport().device_size();
        let mut hung = Hung { app, pixels: vec![0; (width * height * 4) as usize], now: 0.0, _files: files };
        hung.until(|app| area(app, "#hang").is_some());
        for _ in 0..10 {
            hung.frame();
        }
        hung.tap((370.0, 660.0));
        let taken = hung.app.commits_applied();
        hung.until(|app| app.logic().sender().unread() == 0);
        assert_eq!(hung.app.commits_applied(), taken);
        hung
    }

    /// Frames until something is so; script runs on the machine's own clock until it hangs.
    fn until(&mut self, is_so: impl Fn(&App) -> bool) {
        let start = Instant::now();
        while !is_so(&self.app) {
            self.frame();
            std::thread::sleep(Duration::from_millis(2));
            assert!(start.elapsed() < Duration::from_secs(20), "it takes too long");
        }
    }

    /// The next frame; true if it drew anything.
    fn frame(&mut self) -> bool {
        self.now += FRAME;
        self.app.tick(self.now);
        let stride = self.app.viewport().device_size().0 as usize * 4;
        !self.app.render_cpu(&mut self.pixels, stride, self.now).is_empty()
    }

    /// In how many of the next frames something changes.
    fn changing(&mut self, frames: usize) -> usize {
        (0..frames).filter(|_| self.frame()).count()
    }

    fn down(&mut self, (x, y): (f32, f32)) {
        let event = InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time: self.now };
        self.app.handle(&event, self.now);
    }

    fn move_to(&mut self, (x, y): (f32, f32)) {
        self.app
            .handle(&InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x, y, time: self.now }, self.now);
    }

    fn up(&mut self, (x, y): (f32, f32)) {
        self.app.handle(&InputEvent::PointerUp { pointer: 1, x, y, time: self.now }, self.now);
    }

    fn tap(&mut self, at: (f32, f32)) {
        self.down(at);
        self.frame();
        self.up(at);
        self.frame();
    }

    /// A finger goes from a place by a distance in so many frames and stays down. Gives in how many something changed.
    fn drag(&mut self, from: (f32, f32), by: (f32, f32), frames: usize) -> usize {
        self.down(from);
        let mut changed = 0;
        for at in 1..=frames {
            let part = at as f32 / frames as f32;
            self.move_to((from.0 + by.0 * part, from.1 + by.1 * part));
            changed += usize::from(self.frame());
        }
        changed
    }
}

fn area(app: &App, selector: &str) -> Option<(f32, f32)> {
    let root = app.stage().document.top_page()?.root;
    let node = find(&app.stage().document, root, selector)?;
    let rect = app.stage().boxes().element_rect(node)?;
    Some((rect.x, rect.y))
}

#[test]
fn animations_and_transitions() {
    let mut hung = Hung::open(
        "<view class='box'/><view class='button' hover-class='pressed' hover-start-time='0' hover-stay-time='0'/>",
        "@keyframes go { to { transform: translateX(200px) } }
         .box { width: 40px; height: 40px; background: red; animation: go 960ms linear infinite alternate }
         .button { width: 100px; height: 100px; background: #ccc; transition: background-color 320ms linear }
         .button.pressed { background-color: #000 }",
    );
    assert_eq!(hung.changing(60), 60);
    hung.down((50.0, 90.0));
    assert_eq!(hung.changing(30), 30);
}

#[test]
fn a_transition_of_a_pressed_button() {
    let mut hung = Hung::open(
        "<view class='button' hover-class='pressed' hover-start-time='0' hover-stay-time='0'/>",
        ".button { width: 100px; height: 100px; background: #ccc; transition: background-color 320ms linear }
         .button.pressed { background-color: #000 }",
    );
    assert_eq!(hung.changing(10), 0, "nothing moves");
    hung.down((50.0, 50.0));
    let pressed = hung.changing(30);
    assert!((19..=21).contains(&pressed), "{pressed} frames of 320 ms");
    hung.up((50.0, 50.0));
    let left = hung.changing(30);
    assert!((19..=21).contains(&left), "{left} frames of 320 ms");
}

#[test]
fn flings_and_bounces() {
    let rows = "<view wx:for='{{60}}' wx:key='*this' class='row'>{{item}}</view>";
    let css = ".row { height: 40px; border-bottom: 1px solid #000 }";
    let mut hung =
        Hung::open(&format!("<scroll-view scroll-y enhanced bounces style='height: 400px'>{rows}</scroll-view>"), css);
    assert_eq!(hung.drag((100.0, 350.0), (0.0, -200.0), 6), 6);
    hung.up((100.0, 150.0));
    assert_eq!(hung.changing(30), 30, "half a second of a fling");
    // Beyond an edge, and let go.
    let mut hung = Hung::open(
        "<movable-area class='area'><movable-view class='view' direction='all' out-of-bounds/></movable-area>",
        ".area { width: 300px; height: 300px; background: #eee } .view { width: 60px; height: 60px; background: #00f }",
    );
    let beyond = hung.drag((30.0, 30.0), (-60.0, 0.0), 10);
    assert!(beyond >= 8, "{beyond} frames under a finger");
    hung.up((-30.0, 30.0));
    let back = hung.changing(60);
    assert!(back >= 8, "{back} frames of a bounce");
}

#[test]
fn swipers() {
    let items = "<swiper-item wx:for='{{3}}' wx:key='*this'><view class='item'>{{item}}</view></swiper-item>";
    let mut hung = Hung::open(
        &format!("<swiper style='height: 200px' duration='480'>{items}</swiper>"),
        ".item { height: 200px; border: 2px solid #00f }",
    );
    assert_eq!(hung.drag((300.0, 100.0), (-120.0, 0.0), 6), 6);
    hung.up((180.0, 100.0));
    let moved = hung.changing(60);
    assert!((20..=31).contains(&moved), "{moved} frames of 480 ms");
}

#[test]
fn the_pull_down_refresh_and_the_caret() {
    let wxml = "<view id='hang' bindtap='hang'/><input id='field' style='height: 40px; border: 1px solid #000'/>";
    let css = "#hang { position: fixed; right: 0; bottom: 0; width: 20px; height: 20px }";
    let files = Program::new(&[
        ("pages/a/a.wxml", wxml),
        ("pages/a/a.wxss", css),
        ("pages/a/a.js", "Page({ hang() { while (true) Date.now() }, onPullDownRefresh() {} })"),
        ("pages/a/a.json", r#"{ "enablePullDownRefresh": true, "backgroundTextStyle": "dark" }"#),
    ]);
    let mut hung = Hung::program(files);
    assert!(hung.drag((100.0, 200.0), (0.0, 240.0), 12) >= 10);
    hung.up((100.0, 440.0));
    let pulled = hung.changing(60);
    assert!(pulled >= 12, "{pulled} frames: it snaps, and its dots go round");
    // Three seconds of a caret.
    hung.tap((100.0, 120.0));
    let blinks = hung.changing(188);
    assert!(blinks >= 4, "{blinks} changes of a caret");
}

#[test]
fn pages_that_change() {
    let page = |color: &str| format!("page {{ background: {color} }} #hang {{ height: 50px }} #go {{ height: 50px }}");
    let files = Program::new(&[
        ("app.json", r#"{"pages": ["a", "b"], "window": {}}"#),
        ("app.js", "App({})"),
        ("a.wxml", "<view id='hang' bindtap='go'/>"),
        ("a.wxss", &page("#ff0000")),
        ("a.js", "Page({ go() { wx.navigateTo({ url: 'b' }) } })"),
        ("b.wxml", "<view id='go'/>"),
        ("b.wxss", &page("#0000ff")),
        // It hangs as soon as it is there.
        ("b.js", "Page({ onReady() { setTimeout(() => { while (true) Date.now() }, 0) } })"),
    ]);
    let app = freely::open(files.path());
    let (width, height) = app.viewport().device_size();
    let mut hung = Hung { app, pixels: vec![0; (width * height * 4) as usize], now: 0.0, _files: files };
    hung.until(|app| area(app, "#hang").is_some());
    hung.tap((100.0, 25.0));
    hung.until(|app| app.is_changing_pages());
    let slid = hung.changing(40);
    assert!((16..=20).contains(&slid), "{slid} frames of 300 ms");
}
