//! Functions of wxs that answer touches and changes on the render side, in whole programs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::interact::{InputEvent, PointerKind};
use program::Program;
use serde_json::json;
use std::path::Path;

fn open(wxml: &str, wxss: &str, js: &str, wxs: &str) -> Live {
    let page = [("pages/a/a.wxml", wxml), ("pages/a/a.wxss", wxss), ("pages/a/a.js", js), ("pages/a/m.wxs", wxs)];
    let mut live = Live::open(Program::new(&page));
    live.wait(100.0);
    live.picture();
    live
}

/// A finger at a place, without a turn of the logic thread afterwards.
fn touch(live: &mut Live, phase: &str, (x, y): (f32, f32)) {
    let time = live.driver().now();
    let kind = PointerKind::Touch;
    live.driver().input(match phase {
        "down" => InputEvent::PointerDown { pointer: 1, kind, x, y, time },
        "move" => InputEvent::PointerMove { pointer: 1, kind, x, y, time },
        _ => InputEvent::PointerUp { pointer: 1, x, y, time },
    });
}

const BALL: &str = "<wxs src='./m.wxs' module='m'/>
    <view class='ball' id='ball' data-step='{{step}}' bindtouchstart='{{m.start}}' bindtouchmove='{{off || m.move}}'
        bindtouchend='{{m.end}}'><view class='inner'/></view>
    <view class='tall'/>";
const BALL_STYLE: &str = ".ball { width: 50px; height: 50px; background: #ff0000 } .inner { height: 50px }
    .wide { width: 80px } .tall { height: 3000px }";
const BALL_WXS: &str = "
    var from = 0;
    function start(event, owner) {
      var state = owner.getState();
      state.count = (state.count || 0) + 1;
      from = event.touches[0].clientX;
      event.instance.addClass('wide');
      owner.callMethod('started', { count: state.count, step: event.currentTarget.dataset.step, id: event.target.id });
    }
    function move(event, owner) {
      var by = event.touches[0].clientX - from;
      owner.selectComponent('.ball').setStyle({ transform: 'translateX(' + by + 'px)', backgroundColor: '#00ff00' });
      return false;
    }
    function end(event, owner) {
      var ball = owner.selectComponent('#ball');
      owner.callMethod('ended', [ball.hasClass('wide'), ball.getBoundingClientRect().left,
        ball.getComputedStyle(['width']).width, owner.selectAllComponents('view').length, ball.getDataset().step]);
      ball.removeClass('wide');
    }
    module.exports = { start: start, move: move, end: end };";

#[test]
fn a_finger_is_followed_without_the_logic_thread() {
    let js = "Page({ data: { step: 3, off: false }, started(e) { this.setData({ started: e }) },
        ended(e) { this.setData({ ended: e }) } });";
    let mut live = open(BALL, BALL_STYLE, js, BALL_WXS);
    let start = live.middle(".ball");
    touch(&mut live, "down", start);
    live.driver().tick();
    assert_eq!(live.area(".ball").width, 80.0);
    // No turn of the logic thread lies between the finger and the picture.
    touch(&mut live, "move", (start.0 + 40.0, start.1 - 30.0));
    live.driver().tick();
    live.picture();
    assert_eq!(live.area(".ball").x, 40.0);
    assert_eq!(live.pixel((100.0, start.1)), [0, 255, 0]);
    assert_eq!(live.pixel((20.0, start.1)), [255, 255, 255]);
    // The function returned false: the page stays where it is, though the drag went up.
    assert_eq!(live.area(".tall").y, live.area(".ball").y + 50.0);
    touch(&mut live, "up", (start.0 + 40.0, start.1 - 30.0));
    live.wait(100.0);
    let data = live.data();
    assert_eq!(data["started"], json!({ "count": 1, "step": 3, "id": "" }));
    assert_eq!(data["ended"], json!([true, 40, "80px", 3, 3]));
    assert_eq!(live.area(".ball").width, 50.0);
    assert!(live.findings().is_empty());
}

#[test]
fn a_value_that_is_no_function_answers_nothing() {
    let js = "Page({ data: { off: false }, started() {}, ended() { this.setData({ off: true }) } });";
    let mut live = open(BALL, BALL_STYLE, js, BALL_WXS);
    let start = live.middle(".ball");
    live.drag(start, (40.0, 0.0));
    live.wait(100.0);
    assert_eq!(live.area(".ball").x, 40.0);
    live.drag((start.0 + 40.0, start.1), (60.0, 0.0));
    live.wait(100.0);
    assert_eq!(live.area(".ball").x, 40.0, "the handler is `true` now");
    // The page scrolls again, for nothing returns false.
    let top = live.area(".ball").y;
    live.drag((start.0 + 40.0, start.1), (0.0, -30.0));
    live.wait(100.0);
    live.picture();
    assert!(live.area(".ball").y < top);
}

#[test]
fn observers_are_told_the_first_value_and_each_other_one() {
    let wxml = "<wxs src='./m.wxs' module='m'/>
        <view id='x' list='{{list}}' change:list='{{m.changed}}' title='{{title}}' change:title='{{m.inner.changed}}'/>";
    let js = "Page({ data: { list: [{ w: 30 }], title: 'a', told: [] },
        onReady() { this.setData({ list: [{ w: 70 }, { w: 1 }] }); this.setData({ title: 'a', other: 1 }) },
        told(e) { this.setData({ told: this.data.told.concat([e]) }) } });";
    let wxs = "
        var changed = function (now, before, owner, own) {
          own.setStyle('width:' + now[0].w + 'px; height: 10px');
          owner.callMethod('told', [now.length, before === undefined ? -1 : before.length]);
        };
        module.exports = { changed: changed, inner: { changed: function (now, before, owner) {
          owner.callMethod('told', now);
        } } };";
    let mut live = open(wxml, "", js, wxs);
    live.wait(100.0);
    let told = live.data()["told"].clone();
    for expected in [json!([1, -1]), json!("a"), json!([2, 1])] {
        assert_eq!(told.as_array().unwrap().iter().filter(|t| **t == expected).count(), 1, "{told}");
    }
    assert_eq!(told.as_array().unwrap().len(), 3, "{told}");
    assert_eq!(live.area("#x").width, 70.0);
}

#[test]
fn observers_are_told_of_lists_that_are_set_to_what_they_were() {
    let wxml = "<wxs src='./m.wxs' module='m'/>
        <view list='{{list}}' change:list='{{m.changed}}' title='{{title}}' change:title='{{m.changed}}'/>
        <view list='{{other}}' change:list='{{m.changed}}' wx:if='{{title}}'/>";
    let js = "Page({ data: { list: [1, 2], title: 'a', other: [3], told: [] },
        onReady() { this.setData({ list: [1, 2], title: 'a' }) },
        told(e) { this.data.told.push(e) } });";
    let wxs =
        "module.exports = { changed: function (now, before, owner) { owner.callMethod('told', [now, before]) } };";
    let mut live = open(wxml, "", js, wxs);
    live.wait(100.0);
    let first = [json!([[1, 2], null]), json!(["a", null]), json!([[3], null])];
    let again = [json!([[1, 2], [1, 2]])];
    let told = live.data()["told"].clone();
    assert_eq!(told, json!([&first[..], &again].concat()));
}

#[test]
fn components_answer_for_themselves() {
    let wxml = "<card id='one' bind:grown='grown'/><card id='two'/>";
    let js = "Page({ data: { detail: null, seen: null }, grown(e) { this.setData({ detail: e.detail, seen: e.target.id }) } });";
    let card = "<wxs module='m'>
          module.exports.start = function (e, owner) {
            owner.selectComponent('.box').setStyle({ height: '80px' });
            owner.setStyle('opacity: .5');
            owner.triggerEvent('grown', { by: 30 });
            owner.callMethod('note', 7);
            return false;
          };
        </wxs><view class='box' bind:touchstart='{{m.start}}' capture-bind:tap='{{m.none}}'><text>{{noted}}</text></view>";
    let files = [
        ("pages/a/a.json", r#"{"usingComponents": {"card": "/card/card"}}"#),
        ("pages/a/a.wxml", wxml),
        ("pages/a/a.js", js),
        ("card/card.json", r#"{"component": true}"#),
        ("card/card.wxml", card),
        ("card/card.wxss", ".box { height: 50px } .noted { }"),
        ("card/card.js", "Component({ data: { noted: 0 }, methods: { note(n) { this.setData({ noted: n }) } } });"),
    ];
    let mut live = Live::open(Program::new(&files));
    live.wait(100.0);
    live.tap("#one");
    assert_eq!((live.area("#one").height, live.area("#two").height), (80.0, 50.0));
    assert_eq!((live.data()["detail"].clone(), live.data()["seen"].clone()), (json!({ "by": 30 }), json!("one")));
    assert!(live.driver().find("text=7").is_some() && live.driver().find("text=7@1").is_none());
}

#[test]
fn functions_are_put_off_to_frames_and_times() {
    let wxml = "<wxs src='./m.wxs' module='m'/><view class='x' bindtap='{{m.tap}}'/>";
    let wxs = "
        module.exports.tap = function (e, owner) {
          var x = owner.selectComponent('.x'), width = 10;
          var grow = function () {
            width += 10;
            x.setStyle({ width: width + 'px' });
            if (width < 50) owner.requestAnimationFrame(grow);
          };
          owner.requestAnimationFrame(grow);
          owner.setTimeout(function () { x.addClass('late') }, 300);
          owner.clearTimeout(owner.setTimeout(function () { x.addClass('never') }, 100));
        };";
    let wxss = ".x { width: 10px; height: 10px } .late { height: 20px } .never { height: 30px }";
    let mut live = open(wxml, wxss, "Page({});", wxs);
    live.tap(".x");
    live.frames(6);
    assert_eq!((live.area(".x").width, live.area(".x").height), (50.0, 10.0));
    live.wait(300.0);
    assert_eq!(live.area(".x").height, 20.0);
}

#[test]
fn functions_that_fail_or_never_end_leave_the_rest_as_it_is() {
    let wxml = "<wxs src='./m.wxs' module='m'/>
        <view class='loop' bindtap='{{m.loop}}'>a</view><view class='fail' bindtap='{{m.fail}}'>b</view>
        <view class='asks' bindtap='{{m.asks}}'>c</view><view class='fine' bindtap='tap'>d</view>";
    let wxs = "module.exports = {
          loop: function () { while (true) {} },
          fail: function (e, owner) { owner.no.such },
          asks: function (e, owner) { for (var i = 0; i < 100000; i++) owner.callMethod('gone', i) } };";
    let js = "Page({ data: { taps: 0 }, tap() { this.setData({ taps: this.data.taps + 1 }) } });";
    let mut live = open(wxml, "", js, wxs);
    for target in [".loop", ".fail", ".asks", ".fine"] {
        live.tap(target);
    }
    assert_eq!(live.data()["taps"], json!(1));
}

/// The `open` event of the library's swipe cell reaches the page, and its content follows the finger.
#[test]
fn the_swipe_cell_of_tdesign_follows_and_opens() {
    let showcase = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/showcase");
    if !showcase.join("node_modules").is_dir() {
        println!("not run: npm ci --prefix examples/showcase");
        return;
    }
    let mut live = Live::open_at(&showcase, &["--page", "pages/tdesign/swipe-cell/swipe-cell"]);
    live.wait(300.0);
    live.picture();
    // The third cell is open from the start.
    live.frames(60);
    let open = live.area("#wrapper@2");
    let width = -open.x;
    assert!(width > 50.0, "{open:?}");
    let first = live.area("#wrapper");
    assert_eq!(first.x, 0.0);
    let from = (first.x + 300.0, first.y + first.height / 2.0);
    live.drag_and_hold(from, (-60.0, 2.0));
    live.picture();
    let moved = live.area("#wrapper");
    assert_eq!(moved.x, -60.0, "the cell follows the finger");
    live.lift((from.0 - 60.0, from.1 + 2.0));
    live.frames(60);
    assert_eq!(live.area("#wrapper").x, -width, "past a third of its actions it opens");
    // Touching another cell closes this one.
    let third = live.area("#wrapper@2");
    live.drag((third.x + 150.0, third.y + third.height / 2.0), (30.0, 0.0));
    live.frames(60);
    assert_eq!(live.area("#wrapper").x, 0.0);
}

/// A copy of a package of the showcase in a program of one's own.
fn with_package(program: &Program, name: &str) -> bool {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => copy(&entry.path(), &to.join(entry.file_name())),
                false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
            }
        }
    }
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/showcase/node_modules").join(name);
    let found = package.is_dir();
    if found {
        copy(&package, &program.path().join("node_modules").join(name));
    }
    found
}

/// The files of the library's upload are sorted by dragging one, all on the render side.
#[test]
fn the_files_of_tdesigns_upload_are_sorted_by_dragging() {
    let wxml = "<t-upload files='{{files}}' draggable bind:drop='drop'/>";
    let js =
        "Page({ data: { files: ['a', 'b', 'c', 'd'].map(n => ({ url: '/' + n + '.png', name: n, type: 'image' })) },
        drop(e) { this.setData({ files: e.detail.files, sorted: e.detail.files.map(f => f.name).join('') }) } });";
    let json = r#"{ "usingComponents": { "t-upload": "tdesign-miniprogram/upload/upload" } }"#;
    let files = [("pages/a/a.wxml", wxml), ("pages/a/a.json", json), ("pages/a/a.js", js)];
    let program = Program::new(&files);
    if !with_package(&program, "tdesign-miniprogram") {
        println!("not run: npm ci --prefix examples/showcase");
        return;
    }
    let mut live = Live::open(program);
    live.wait(500.0);
    live.picture();
    let (first, second) = (live.area(".t-upload__drag-item"), live.area(".t-upload__drag-item@1"));
    assert!(second.x > first.x + 20.0, "{first:?} {second:?}");
    let from = live.middle(".t-upload__drag-item");
    touch(&mut live, "down", from);
    live.frames(40);
    for step in 1..=10 {
        let by = (second.x - first.x) * step as f32 / 10.0;
        touch(&mut live, "move", (from.0 + by, from.1));
        live.frames(1);
    }
    let moved = live.area(".t-upload__drag-item");
    assert!((moved.x - second.x).abs() < 2.0, "the file follows the finger: {moved:?}");
    touch(&mut live, "up", (second.x + first.width / 2.0, from.1));
    live.frames(40);
    assert_eq!(live.data()["sorted"], json!("bacd"));
}

#[test]
fn events_of_components_reach_functions_too() {
    let wxml = "<wxs src='./m.wxs' module='m'/>
        <scroll-view scroll-y class='list' bindscroll='{{m.scrolled}}'><view class='tall'/></scroll-view>
        <view class='bar'/>
        <input class='field' bindinput='{{m.typed}}'/>
        <view class='shield' catch:touchmove='{{m.keep}}'/><view class='tall'/>";
    let wxss =
        ".list { height: 100px } .tall { height: 2000px } .bar { height: 10px; width: 10px } .field { height: 30px }
        .shield { height: 40px }";
    let wxs = "module.exports = {
          scrolled: function (e, owner) { owner.selectComponent('.bar').setStyle('width:' + e.detail.scrollTop + 'px') },
          typed: function (e, owner) { owner.selectComponent('.field').setStyle({ width: e.detail.value.length + '00px' }) },
          keep: function () {} };";
    let mut live = open(wxml, wxss, "Page({});", wxs);
    let list = live.middle(".list");
    live.drag(list, (0.0, -40.0));
    live.frames(3);
    assert_eq!(live.area(".bar").width, 40.0);
    live.tap(".field");
    live.type_text("ab");
    live.wait(50.0);
    assert_eq!(live.area(".field").width, 200.0);
    // What catches the move keeps the page from scrolling, whatever its function returns.
    let (shield, top) = (live.middle(".shield"), live.area(".bar").y);
    live.drag(shield, (0.0, -40.0));
    live.frames(3);
    assert_eq!(live.area(".bar").y, top);
}
