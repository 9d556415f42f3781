//! Text that the user selects, in fields and on pages: what it looks like and what is copied.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::interact::{InputEvent, Key, Modifiers, PointerKind};
use program::Program;

const WXML: &str = "
    <view class='article'>
      <view class='one'>Hello   brave world</view>
      <view class='two'>zwei <text class='part'>drei</text> vier</view>
      <view class='deaf'>nothing</view>
      <view class='three'>last</view>
    </view>
    <text class='alone' selectable>Take me</text>
    <view class='plain'>Leave me</view>
    <input class='field' bindinput='input'/>";
const WXSS: &str = "
    page { font-size: 20px; line-height: 40px }
    .article { user-select: text }
    .deaf { user-select: none }
    .article::selection { background-color: #00ff00; color: #ff0000 }
    .part::selection { background-color: #0000ff }
    .field { height: 40px }";
const JS: &str = "Page({ data: { value: '' }, input(e) { this.setData({ value: e.detail.value }) } });";

fn open() -> Live {
    let mut live = Live::open(Program::page(WXML, WXSS, JS));
    live.wait(50.0);
    live.picture();
    live
}

/// A mouse is pressed at one place, moved to another and lifted there.
fn drag(live: &mut Live, from: (f32, f32), to: (f32, f32)) {
    let kind = PointerKind::Mouse;
    let time = live.driver().now();
    live.driver().input(InputEvent::PointerDown { pointer: 0, kind, x: from.0, y: from.1, time });
    for n in 1..=8 {
        live.wait(16.0);
        let part = n as f32 / 8.0;
        let (x, y) = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
        let time = live.driver().now();
        live.driver().input(InputEvent::PointerMove { pointer: 0, kind, x, y, time });
    }
    let time = live.driver().now();
    live.driver().input(InputEvent::PointerUp { pointer: 0, x: to.0, y: to.1, time });
    live.wait(50.0);
}

/// A place in an element: px from its left edge, half its height.
fn at(live: &mut Live, selector: &str, x: f32) -> (f32, f32) {
    let area = live.area(selector);
    (area.x + x, area.y + area.height / 2.0)
}

fn selected(live: &mut Live) -> Option<String> {
    live.driver().app.selected_text()
}

fn shortcut(live: &mut Live, key: char) {
    let modifiers = Modifiers { shortcut: true, ..Modifiers::default() };
    live.driver().input(InputEvent::Key { key: Key::Character(key), modifiers });
    live.wait(50.0);
}

/// How many px of an element's area have a colour that passes.
fn count(live: &mut Live, selector: &str, passes: impl Fn([u8; 3]) -> bool) -> usize {
    let (area, (pixels, width)) = (live.area(selector), live.picture());
    let rows = area.y as usize..(area.y + area.height) as usize;
    let columns = area.x.ceil() as usize..(area.x + area.width).min(width as f32) as usize;
    let places = rows.flat_map(|y| columns.clone().map(move |x| (y * width + x) * 4));
    places.filter(|&i| passes([pixels[i], pixels[i + 1], pixels[i + 2]])).count()
}

#[test]
fn a_mouse_selects_across_blocks_and_what_it_selects_is_copied() {
    let mut live = open();
    let (from, to) = (at(&mut live, ".one", 1.0), at(&mut live, ".three", 300.0));
    drag(&mut live, from, to);
    assert_eq!(selected(&mut live).unwrap(), "Hello brave world\nzwei drei vier\nlast");
    shortcut(&mut live, 'c');
    // Backwards, from the middle of a word.
    let (from, to) = (at(&mut live, ".part", 300.0), at(&mut live, ".two", 1.0));
    drag(&mut live, from, to);
    assert!(selected(&mut live).unwrap().starts_with("zwei "));
    // A tap elsewhere takes the selection away; what was copied stays.
    live.tap(".field");
    assert_eq!(selected(&mut live), None);
    shortcut(&mut live, 'v');
    assert_eq!(live.data()["value"], "Hello brave worldzwei drei vierlast", "a field has no line breaks");
}

#[test]
fn the_colours_are_those_of_the_innermost_rules() {
    let mut live = open();
    let green = |c: [u8; 3]| c == [0, 255, 0];
    let blue = |c: [u8; 3]| c == [0, 0, 255];
    let red = |c: [u8; 3]| c[0] > 200 && c[1] < 100 && c[2] < 100;
    assert_eq!(count(&mut live, ".article", |c| green(c) || blue(c) || red(c)), 0);
    let (from, to) = (at(&mut live, ".one", 1.0), at(&mut live, ".three", 300.0));
    drag(&mut live, from, to);
    assert!(count(&mut live, ".one", green) > 2000);
    assert!(count(&mut live, ".one", red) > 50);
    // The inner element says only what is behind its text: the colour is that of the outer one.
    assert!(count(&mut live, ".part", blue) > 500);
    assert!(count(&mut live, ".part", red) > 20);
    assert_eq!(count(&mut live, ".part", green), 0);
    assert_eq!(count(&mut live, ".deaf", |c| green(c) || blue(c) || red(c)), 0);
    live.key(Key::Escape);
    live.wait(50.0);
    assert_eq!(count(&mut live, ".article", |c| green(c) || blue(c) || red(c)), 0);
}

#[test]
fn part_of_a_word_has_both_colours() {
    let mut live = open();
    let (from, to) = (at(&mut live, ".one", 1.0), at(&mut live, ".one", 30.0));
    drag(&mut live, from, to);
    let text = selected(&mut live).unwrap();
    assert!("Hello".starts_with(&text) && text.len() < 5, "{text}");
    assert!(count(&mut live, ".one", |c| c[0] > 200 && c[1] < 100 && c[2] < 100) > 10);
    assert!(count(&mut live, ".one", |c| c == [0, 0, 0]) > 50, "the rest is black");
}

#[test]
fn only_selectable_text_is_selected_and_without_rules_in_the_colours_of_the_platform() {
    let mut live = open();
    let (from, to) = (at(&mut live, ".plain", 1.0), at(&mut live, ".plain", 80.0));
    drag(&mut live, from, to);
    assert_eq!(selected(&mut live), None);
    let (from, to) = (at(&mut live, ".alone", 1.0), at(&mut live, ".plain", 300.0));
    drag(&mut live, from, to);
    assert_eq!(selected(&mut live).unwrap(), "Take me");
    assert!(count(&mut live, ".alone", |c| c == [178, 215, 255]) > 500);
    assert!(count(&mut live, ".alone", |c| c == [0, 0, 0]) > 20, "the text keeps its colour");
}

#[test]
fn a_double_tap_or_a_long_press_takes_a_word_and_a_drag_from_there_more() {
    let mut live = open();
    let place = at(&mut live, ".one", 70.0);
    live.tap_at(place);
    assert_eq!(selected(&mut live), None);
    live.tap_at(place);
    assert_eq!(selected(&mut live).unwrap(), "brave");
    shortcut(&mut live, 'a');
    assert_eq!(selected(&mut live).unwrap(), "Hello brave world\nzwei drei vier\nlast");
    live.wait(1000.0);
    live.tap_at(place);
    assert_eq!(selected(&mut live), None);

    let (x, y) = place;
    let time = live.driver().now();
    live.driver().input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time });
    live.wait(500.0);
    assert_eq!(selected(&mut live).unwrap(), "brave");
    let (to, _) = at(&mut live, ".one", 1.0);
    for x in [x - 20.0, x - 40.0, to] {
        let time = live.driver().now();
        live.driver().input(InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x, y, time });
        live.wait(16.0);
    }
    assert_eq!(selected(&mut live).unwrap(), "Hello brave");
    live.lift((to, y));
    assert_eq!(selected(&mut live).unwrap(), "Hello brave", "no tap comes of it");
}

#[test]
fn text_is_read_in_the_order_of_the_lines() {
    let wxml = "
        <view class='all'>one<view class='inner'> two </view>three<text>\\nfour</text><input class='field' value='no'/>
        <rich-text nodes='rich'/>five<view>שלום six</view></view>";
    let wxss =
        ".all { user-select: text; font-size: 20px } .inner { display: inline-block } .all::after { content: 'no' }";
    let mut live = Live::open(Program::page(wxml, wxss, "Page({});"));
    live.wait(50.0);
    live.picture();
    let area = live.area(".all");
    drag(&mut live, (area.x + 1.0, area.y + 2.0), (area.x + area.width - 1.0, area.y + area.height - 2.0));
    shortcut(&mut live, 'a');
    assert_eq!(selected(&mut live).unwrap(), "onetwothree\nfour\nrich\nfive\nשלום six");
    // Right to left: the right edge of a word is its beginning.
    let row = area.y + area.height - 30.0;
    drag(&mut live, (area.x + 1.0, row), (area.x + 12.0, row));
    let text = selected(&mut live).unwrap_or_default();
    assert!("שלום".ends_with(&text) && !text.is_empty() && text != "שלום", "{text}");
}

#[test]
fn a_placeholder_has_its_background_and_its_opacity_until_something_is_typed() {
    let wxml = "<input class='field' placeholder='type' bindinput='input'/>";
    let wxss =
        ".field { height: 40px; font-size: 20px } .field::placeholder { background-color: #00ff00; opacity: .5 }";
    let mut live = Live::open(Program::page(wxml, wxss, JS));
    live.wait(50.0);
    let half = |c: [u8; 3]| c[0].abs_diff(127) < 2 && c[1] == 255 && c[0] == c[2];
    assert!(count(&mut live, ".field", half) > 300);
    live.tap(".field");
    live.type_text("a");
    live.wait(50.0);
    assert_eq!(count(&mut live, ".field", half), 0);
}

#[test]
fn fields_show_their_selection_by_the_rules() {
    let wxml = "<input class='field' value='mmmm' focus selection-start='1' selection-end='3'/>";
    let wxss =
        ".field { height: 40px; font-size: 20px } input::selection { background-color: #00ff00; color: #ff0000 }";
    let mut live = Live::open(Program::page(wxml, wxss, "Page({});"));
    live.wait(50.0);
    assert!(count(&mut live, ".field", |c| c == [0, 255, 0]) > 300);
    assert!(count(&mut live, ".field", |c| c[0] > 200 && c[1] < 100 && c[2] < 100) > 10);
    assert!(count(&mut live, ".field", |c| c == [0, 0, 0]) > 10);
    assert!(live.findings().is_empty());
}

#[test]
fn a_text_may_keep_gestures_from_selecting_it() {
    for (attribute, selects) in [("", true), ("select-on-gesture=\"{{false}}\"", false)] {
        let wxml = format!("<text class='t' user-select {attribute}>Take me</text>");
        let mut live = Live::open(Program::page(&wxml, WXSS, "Page({})"));
        live.wait(50.0);
        let from = at(&mut live, ".t", 5.0);
        live.drag_and_hold(from, (0.0, 0.0));
        live.wait(500.0);
        live.lift(from);
        assert_eq!(selected(&mut live).as_deref(), selects.then_some("Take"), "{attribute}");
        let to = at(&mut live, ".t", 200.0);
        drag(&mut live, from, to);
        assert_eq!(selected(&mut live).is_some(), selects, "{attribute}");
    }
}

#[test]
fn markers_and_quotation_marks_are_not_selected() {
    let nodes = "<ol><li>eins</li><li>zwei</li></ol><p>und <q>drei</q></p>";
    let mut live =
        Live::open(Program::page(&format!("<rich-text class='r' user-select nodes='{nodes}'/>"), WXSS, "Page({})"));
    live.wait(50.0);
    live.picture();
    let area = live.area(".r");
    drag(&mut live, (area.x + 60.0, area.y + 2.0), (area.x + area.width - 1.0, area.y + area.height - 2.0));
    shortcut(&mut live, 'a');
    assert_eq!(selected(&mut live).unwrap(), "eins\nzwei\nund drei");
}

#[test]
fn a_rich_text_is_selected_across_its_elements() {
    let nodes = "<p>Eins <b>zwei</b> drei</p><p>vier fuenf</p>";
    let wxml = format!("<rich-text class='r' user-select nodes='{nodes}'/><rich-text class='s' nodes='{nodes}'/>");
    let mut live = Live::open(Program::page(&wxml, WXSS, "Page({})"));
    live.wait(50.0);
    let area = live.area(".r");
    let place = |x: f32, line: f32| (area.x + x, area.y + 40.0 * line + 20.0);
    drag(&mut live, place(1.0, 0.0), place(300.0, 1.0));
    assert_eq!(selected(&mut live).unwrap(), "Eins zwei drei\nvier fuenf");
    assert!(count(&mut live, ".r", |c| c == [178, 215, 255]) > 3000, "the colour of the platform");
    shortcut(&mut live, 'a');
    assert_eq!(selected(&mut live).unwrap(), "Eins zwei drei\nvier fuenf");
    // The word that is pressed long, in the second paragraph.
    live.key(Key::Escape);
    live.drag_and_hold(place(70.0, 1.0), (0.0, 0.0));
    live.wait(500.0);
    live.lift(place(70.0, 1.0));
    assert_eq!(selected(&mut live).unwrap(), "fuenf");
    live.key(Key::Escape);
    let other = live.area(".s");
    drag(&mut live, (other.x + 1.0, other.y + 20.0), (other.x + 300.0, other.y + 60.0));
    assert_eq!(selected(&mut live), None);
}
