//! Transitions, animations and what script animates, of whole mini-programs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use program::Program;
use serde_json::json;

const BOX: &str = "#box { width: 20px; height: 20px; background: #ff0000; position: relative; left: 0 }";

fn open(wxml: &str, wxss: &str, js: &str) -> Live {
    Live::open(Program::page(wxml, &format!("{BOX}\n{wxss}"), js))
}

fn left(live: &mut Live) -> f32 {
    live.picture();
    live.area("#box").x
}

#[test]
fn a_transition_is_seen_and_told_of() {
    let wxml =
        "<view bindtransitionend='outer'><view id='box' class='{{on}}' bindtransitionend='ended' bindtap='go'/></view>
        <view id='more' class='{{on}}'/>";
    let wxss = "#box { transition: left 480ms linear, background-color 480ms linear 240ms }
        #box.on { left: 100px; background: #0000ff } #more { height: 10px; transition: height 1s } #more.on { height: 20px }";
    let mut live = open(
        wxml,
        wxss,
        "Page({ data: { on: '', ends: [] }, go() { this.setData({ on: 'on' }) },
           ended(e) { this.data.ends.push([e.type, e.detail.propertyName, e.detail.elapsedTime, e.target.id]) },
           outer() { this.setData({ ends: this.data.ends, outer: (this.data.outer || 0) + 1 }) } })",
    );
    live.tap("#box");
    let start = left(&mut live);
    live.frames(5);
    let middle = left(&mut live);
    assert!(start < middle && middle < 100.0, "{start} {middle}");
    let area = live.area("#box");
    assert_eq!(live.pixel((area.x + 4.0, area.y + 4.0)), [255, 0, 0]);
    live.frames(20);
    let area = live.area("#box");
    let [red, _, blue] = live.pixel((area.x + 4.0, area.y + 4.0));
    assert!(red > 20 && blue > 20, "{red} {blue}");
    live.wait(500.0);
    assert_eq!(left(&mut live), 100.0);
    let area = live.area("#box");
    assert_eq!(live.pixel((area.x + 4.0, area.y + 4.0)), [0, 0, 255]);
    let data = live.data();
    let ends = json!([["transitionend", "left", 0.48, "box"], ["transitionend", "background-color", 0.48, "box"]]);
    assert_eq!((&data["ends"], &data["outer"]), (&ends, &json!(2)));
    // What moves less than a layout wants is moved all the same.
    live.wait(1_000.0);
    live.picture();
    assert_eq!(live.area("#more").height, 20.0);
    assert!(live.complaints().is_empty(), "{:?}", live.complaints());
}

#[test]
fn key_frames_run_and_end_and_a_page_at_rest_wants_no_frame() {
    let mut live = open(
        "<view id='box' class='{{on}}' bindtap='go' bindanimationstart='told' bindanimationiteration='told' bindanimationend='told'/>",
        "@keyframes slide { 50% { transform: translateX(40px) } to { transform: translateX(80px); opacity: .5 } }
         #box.on { animation: slide 160ms linear 2 forwards }",
        "Page({ data: { on: '', told: [] }, go() { this.setData({ on: 'on' }) },
           told(e) { this.setData({ told: this.data.told.concat(e.type + ' ' + e.detail.animationName) }) } })",
    );
    live.wait(100.0);
    live.picture();
    let now = live.driver().now();
    assert_eq!(live.driver().app.tick(now).next_wakeup, None);
    live.tap("#box");
    live.frames(4);
    let y = live.area("#box").y + 5.0;
    let shown = |live: &mut Live| (0..12).map(|at| live.pixel((5.0 + 10.0 * at as f32, y))).collect::<Vec<_>>();
    let moved = shown(&mut live);
    assert_ne!(moved[0], [255, 0, 0], "{moved:?}");
    live.wait(400.0);
    let ended = shown(&mut live);
    assert_eq!((ended[7], ended[8], ended[11]), ([255, 255, 255], [255, 127, 127], [255, 255, 255]), "{ended:?}");
    let told = json!(["animationstart slide", "animationiteration slide", "animationend slide"]);
    assert_eq!(live.data()["told"], told);
    let now = live.driver().now();
    assert_eq!(live.driver().app.tick(now).next_wakeup, None);
}

#[test]
fn script_animates_step_by_step() {
    let mut live = open(
        "<view id='box' animation='{{way}}' bindtap='go' bindtransitionend='ended'/>",
        "",
        "Page({ data: { ends: 0 }, go() {
             const a = wx.createAnimation({ duration: 160, timingFunction: 'linear' });
             a.left(100).step().left(20).opacity(0.5).step({ duration: 80, delay: 320 });
             this.setData({ way: a.export() }) },
           ended() { this.setData({ ends: this.data.ends + 1 }) } })",
    );
    live.tap("#box");
    live.frames(5);
    let first = left(&mut live);
    assert!((20.0..100.0).contains(&first), "{first}");
    live.frames(9);
    assert_eq!((left(&mut live), live.data()["ends"].clone()), (100.0, json!(1)));
    live.wait(500.0);
    assert_eq!((left(&mut live), live.data()["ends"].clone()), (20.0, json!(2)));
    assert!(live.complaints().is_empty(), "{:?}", live.complaints());
}

#[test]
fn script_animates_through_key_frames_and_takes_it_back() {
    let mut live = open(
        "<view id='box' bindtap='go' bindlongpress='clear'/>",
        "",
        "Page({ data: {}, go() {
             this.animate('#box', [{ left: '0px', ease: 'linear' }, { left: '100px' }, { left: '60px', backgroundColor: '#00ff00' }], 640,
               () => this.setData({ done: true })) },
           undo() { this.clearAnimation('#box', { left: true, backgroundColor: true }, () => this.setData({ cleared: true })) } })",
    );
    live.tap("#box");
    live.frames(3);
    let early = left(&mut live);
    live.frames(2);
    let later = left(&mut live);
    assert!(early > 0.0 && early < later, "{early} {later}");
    assert_eq!(live.data()["done"], json!(null));
    live.wait(700.0);
    assert_eq!((left(&mut live), live.data()["done"].clone()), (60.0, json!(true)));
    live.call("undo");
    assert_eq!((left(&mut live), live.data()["cleared"].clone()), (0.0, json!(true)));
    // Once more, and taken back on the way.
    live.tap("#box");
    live.frames(3);
    live.call("undo");
    assert_eq!(left(&mut live), 0.0);
}

#[test]
fn pages_slide_over_one_another() {
    let page = |color: &str| format!("page {{ background: {color} }} #go {{ height: 50px }}");
    let files = Program::new(&[
        ("app.json", r#"{"pages": ["a", "b"], "window": {}}"#),
        ("app.js", "App({})"),
        ("a.wxml", "<view id='go' bindtap='go'/>"),
        ("a.wxss", &page("#ff0000")),
        ("a.js", "Page({ go() { wx.navigateTo({ url: 'b' }) } })"),
        ("b.wxml", "<view id='go' bindtap='go'/>"),
        ("b.wxss", &page("#0000ff")),
        ("b.js", "Page({ data: {}, onRouteDone() { this.setData({ done: true }) }, go() { wx.navigateBack() } })"),
    ]);
    let mut live = Live::open(files);
    live.wait(100.0);
    let colors = |live: &mut Live| (live.pixel((5.0, 300.0)), live.pixel((370.0, 300.0)));
    const RED: [u8; 3] = [255, 0, 0];
    const BLUE: [u8; 3] = [0, 0, 255];
    assert_eq!(colors(&mut live), (RED, RED));
    let until_both = |live: &mut Live, expected| {
        let seen = (0..40).any(|_| {
            live.wait(16.0);
            colors(live) == expected
        });
        assert!(seen, "both pages are never seen");
    };
    live.tap("#go");
    until_both(&mut live, (RED, BLUE));
    // The route is done when the page stands still.
    assert_eq!(live.data()["done"], json!(null));
    live.wait(400.0);
    assert_eq!((colors(&mut live), live.data()["done"].clone()), ((BLUE, BLUE), json!(true)));
    // What is there when all is at rest is the page alone.
    assert!(!live.driver().app.is_changing_pages());
    live.tap("#go");
    until_both(&mut live, (RED, BLUE));
    live.wait(400.0);
    assert_eq!(colors(&mut live), (RED, RED));
}

#[test]
fn a_style_follows_a_scroll_view_within_the_frame() {
    let wxml = "<scroll-view id='view' scroll-y style='height: 100px'><view style='height: 1000px'/></scroll-view><view id='box'/>";
    let mut live = open(
        wxml,
        "",
        "Page({ onReady() { this.animate('#box', [{ left: '0px' }, { left: '100px' }], 1000,
             { scrollSource: '#view', orientation: 'vertical', startScrollOffset: 0, endScrollOffset: 200, timeRange: 1000 }) },
           undo() { this.clearAnimation('#box') } })",
    );
    live.wait(100.0);
    assert_eq!(left(&mut live), 0.0);
    let at = live.middle("#view");
    live.drag_and_hold(at, (0.0, -60.0));
    live.picture();
    let view = live.find("#view");
    let boxes = live.driver().app.stage().boxes();
    let scrolled = boxes.scroll_offset(boxes.scroller(view).unwrap());
    let followed = left(&mut live);
    assert!(scrolled.1 > 20.0 && (followed - scrolled.1 / 2.0).abs() < 1.0, "{scrolled:?} {followed}");
    live.call("undo");
    assert_eq!(left(&mut live), 0.0);
    assert!(live.complaints().is_empty(), "{:?}", live.complaints());
}

#[test]
fn a_style_that_follows_nothing_is_told_of() {
    let mut live = open(
        "<view id='box'/>",
        "",
        "Page({ onReady() { this.animate('#box', [{ left: '0px' }, { left: '100px' }], 1000,
             { scrollSource: '#nobody', startScrollOffset: 0, endScrollOffset: 200, timeRange: 1000 }) } })",
    );
    live.wait(100.0);
    assert_eq!(left(&mut live), 0.0);
    let told = live.complaints();
    assert!(told.len() == 1 && told[0].contains("#nobody"), "{told:?}");
}
