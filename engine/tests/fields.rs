//! Text fields under finger and keyboard, in whole programs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use clap::Parser;
use live::Live;
use pellicle::cli::headless::Headless;
use pellicle::cli::options::{Command, Options};
use pellicle::interact::{InputEvent, Key, Modifiers, PointerKind};
use pellicle::widgets::input::{Confirm, InputMode};
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::builtin::slot;
use program::Program;
use serde_json::json;

/// A page with one field, 100 px wide.
struct Field {
    headless: Headless,
    _program: Program,
}

impl Field {
    fn open(attributes: &str) -> Field {
        let program = Program::page(
            &format!("<input class=\"f\" {attributes} bindinput=\"input\"/><view style=\"height: 100px\"/>"),
            ".f { width: 100px; font-size: 16px }",
            "Page({ data: {}, input(e) { this.setData({ value: e.detail.value }) } });",
        );
        let line = ["pellicle", "render", "-o", "unused.png", program.path().to_str().unwrap()];
        let Command::Render(options) = Options::parse_from(line).command else { unreachable!() };
        let headless = Headless::open(program.path(), &options.page, true).unwrap();
        let mut field = Field { headless, _program: program };
        field.show();
        field
    }

    /// Draws a frame: what is hit is what was drawn last.
    fn show(&mut self) {
        let driver = &mut self.headless.driver;
        driver.settle(50.0).unwrap();
        let (width, height) = driver.app.viewport().device_size();
        let mut pixels = vec![0; (width * height * 4) as usize];
        let now = driver.now();
        driver.app.render_cpu(&mut pixels, width as usize * 4, now);
    }

    fn pointer(&mut self, down: bool, x: f32) {
        let driver = &mut self.headless.driver;
        let (time, top) = (driver.now(), driver.app.page_area().y);
        let y = top + 11.0;
        driver.input(if down {
            InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time }
        } else {
            InputEvent::PointerUp { pointer: 1, x, y, time }
        });
        self.show();
    }

    /// A tap that is no part of a double one.
    fn tap(&mut self, x: f32) {
        self.headless.driver.settle(500.0).unwrap();
        self.pointer(true, x);
        self.pointer(false, x);
    }

    fn drag(&mut self, from: f32, to: f32) {
        self.pointer(true, from);
        for step in 1..=4u8 {
            let driver = &mut self.headless.driver;
            let (time, top) = (driver.now(), driver.app.page_area().y);
            let x = from + (to - from) * f32::from(step) / 4.0;
            driver.input(InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x, y: top + 11.0, time });
            self.show();
        }
        self.pointer(false, to);
    }

    /// Types, and gives the value then.
    fn typed(&mut self, text: &str) -> String {
        self.headless.driver.input(InputEvent::Text(text.to_owned()));
        self.show();
        self.headless.driver.data().unwrap()["value"].as_str().unwrap().to_owned()
    }

    /// How far the text is scrolled.
    fn scrolled(&self) -> f32 {
        let node = self.headless.driver.find(".f").unwrap();
        let boxes = self.headless.driver.app.stage().boxes();
        boxes.scroll_offset(boxes.by_origin(BoxOrigin::Internal(node, slot::INPUT_ROW)).unwrap()).0
    }
}

#[test]
fn a_tap_places_the_caret_where_it_hits() {
    for password in ["", "password"] {
        let mut field = Field::open(&format!("value=\"mm中m\" {password}"));
        field.tap(1.0);
        assert_eq!(field.typed("X"), "Xmm中m");
        field.tap(95.0);
        assert_eq!(field.typed("Y"), "Xmm中mY");
    }
}

#[test]
fn a_drag_selects_and_a_long_press_selects_a_word() {
    let mut field = Field::open("value=\"one two\"");
    field.tap(1.0);
    field.drag(1.0, 95.0);
    assert_eq!(field.typed("mmm mm"), "mmm mm");
    field.pointer(true, 12.0);
    field.headless.driver.settle(600.0).unwrap();
    field.pointer(false, 12.0);
    assert_eq!(field.typed("Z"), "Z mm");
}

#[test]
fn a_long_text_follows_its_caret() {
    let mut field = Field::open("");
    field.tap(5.0);
    assert_eq!(field.typed("mm"), "mm");
    assert_eq!(field.scrolled(), 0.0);
    let long = field.typed(&"m".repeat(30));
    let far = field.scrolled();
    assert!(far > 100.0, "{far}");
    // What is hit is what is seen.
    field.tap(1.0);
    let marked = field.typed("X");
    let at = marked.find('X').unwrap();
    assert!(at > 5 && at < long.len() - 3, "{marked}");
    // The end is seen again, and the start once the field is left.
    field.tap(95.0);
    let driver = &mut field.headless.driver;
    let (time, y) = (driver.now(), driver.app.page_area().y + 90.0);
    driver.input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x: 50.0, y, time });
    driver.input(InputEvent::PointerUp { pointer: 1, x: 50.0, y, time });
    field.show();
    assert_eq!(field.scrolled(), 0.0);
}

/// A page of one program with bars.
fn page_of(wxml: &str, wxss: &str, js: &str) -> Live {
    Live::open(Program::page(wxml, wxss, js))
}

const NOTES: &str = "Page({ data: { log: [] }, note(e) {
    this.data.log.push([e.type, e.detail]); this.setData({ log: this.data.log }) },
    onLoad() { wx.onKeyboardHeightChange(r => this.setData({ height: r.height })) } });";

#[test]
fn the_host_hears_what_keyboard_a_field_needs_and_the_page_makes_room() {
    let wxml = "<view style='height: 500px'/><input class='f' type='digit' confirm-type='search' maxlength='9' \
                value='a' cursor-spacing='10' bindfocus='note' bindkeyboardheightchange='note' bindchange='note'/>\
                <view class='b' style='height: 10px; background: #ff0000'/>";
    let mut page = page_of(wxml, "", NOTES);
    page.tap(".f");
    let field = page.driver().app.text_field().unwrap();
    assert_eq!((field.mode, field.confirm, field.multiline), (InputMode::Digit, Confirm::Search, false));
    assert_eq!((field.max_length, &*field.value), (Some(9), "a"));
    let (before, bottom) = (page.area(".f"), page.driver().app.viewport().height);
    page.driver().input(InputEvent::KeyboardHeight(300.0));
    page.wait(50.0);
    let after = page.area(".f");
    assert!(after.y < before.y);
    assert_eq!(after.y + after.height, bottom - 300.0 - 10.0);
    // What is seen is what is hit: the field keeps the focus and takes keys.
    page.tap(".f");
    page.type_text("1.x");
    page.wait(50.0);
    assert_eq!(page.data()["height"], 300);
    page.key(Key::Escape);
    page.wait(50.0);
    assert_eq!(page.area(".f"), before);
    let log = page.data()["log"].clone();
    assert_eq!(log[0], json!(["focus", { "value": "a", "height": 0 }]));
    assert_eq!(log[1], json!(["keyboardheightchange", { "height": 300, "duration": 0 }]));
    assert_eq!(log[2], json!(["change", { "value": "a1." }]));
}

#[test]
fn a_text_area_confirms_where_it_has_a_key_for_that_and_tells_its_lines() {
    let wxml = "<textarea class='f' auto-height confirm-type='send' confirm-hold bindlinechange='note' \
                bindconfirm='note'/><textarea class='g' auto-height hold-keyboard bindconfirm='note' bindblur='note'/>\
                <view class='v' style='height: 50px'/>";
    let mut page = page_of(wxml, "", NOTES);
    page.tap(".f");
    page.type_text("one");
    page.key(Key::Enter);
    page.driver()
        .input(InputEvent::Key { key: Key::Enter, modifiers: Modifiers { shift: true, ..Default::default() } });
    page.type_text("two");
    page.wait(50.0);
    let log = page.data()["log"].clone();
    let lines = log.as_array().unwrap().iter().filter(|e| e[0] == "linechange");
    assert_eq!(lines.map(|e| e[1]["lineCount"].clone()).collect::<Vec<_>>(), [json!(1), json!(2)]);
    assert!(log.as_array().unwrap().contains(&json!(["confirm", { "value": "one" }])));
    // The other one breaks its line, and keeps the focus when the page is tapped.
    page.tap(".g");
    page.key(Key::Enter);
    page.tap(".v");
    page.type_text("x");
    assert_eq!(page.driver().app.text_field().unwrap().value, "\nx");
    page.tap(".f");
    let log = page.data()["log"].clone();
    assert_eq!(log.as_array().unwrap().last().unwrap()[0], "blur");
}

#[test]
fn a_slider_knows_older_names_of_its_colours_and_a_bar_fills() {
    let wxml = "<slider class='s' value='30' color='#ff0000' selected-color='#0000ff' bindchange='note'/>\
                <progress class='p' percent='{{50}}' active duration='10' stroke-width='10' show-info \
                activeColor='#00ff00' backgroundColor='#ff0000' bindactiveend='note'/>";
    let mut page = page_of(wxml, "", NOTES);
    let area = page.area(".s");
    let y = area.y + 9.0;
    assert_eq!(page.pixel((area.x + 3.0, y)), [0, 0, 255]);
    assert_eq!(page.pixel((area.x + area.width * 0.7, y)), [255, 0, 0]);
    page.tap_at((area.x + area.width - 10.0, y));
    page.wait(50.0);
    let log = page.data()["log"].clone();
    let value = log.as_array().unwrap().iter().find(|e| e[0] == "change").unwrap()[1]["value"].as_f64().unwrap();
    assert!(value > 90.0, "{value}");
    let bar = page.area(".p");
    let end = (bar.x + 100.0, bar.y + bar.height / 2.0);
    page.wait(1000.0);
    assert_eq!(page.pixel(end), [0, 255, 0]);
    let log = page.data()["log"].clone();
    assert!(log.as_array().unwrap().contains(&json!(["activeend", { "curPercent": 50 }])), "{log}");
}
