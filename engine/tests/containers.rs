//! Containers that fingers move: scroll views, swipers, movable views, lists.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // each test file uses its part
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::interact::{InputEvent, PointerKind};
use program::Program;
use serde_json::{Value, json};

/// A page that notes the events it is told of in `log`: name, and what of the detail its `data-of` names.
const NOTES: &str = "Page({ data: { log: [] }, note(e) { const d = e.detail || {};\
    const of = (e.currentTarget.dataset.of || '').split(' ').filter(Boolean);\
    this.data.log.push([e.type].concat(of.map(k => d[k]))); }, set(values) { this.setData(values); } });";

fn log(live: &mut Live) -> Vec<Value> {
    live.wait(50.0);
    live.data()["log"].as_array().cloned().unwrap_or_default()
}

fn place(live: &mut Live, selector: &str) -> (f32, f32) {
    live.picture();
    let area = live.area(selector);
    (area.x, area.y)
}

#[test]
fn a_movable_view_follows_the_finger_inside_its_area_and_tells() {
    let mut live = Live::open(Program::page(
        "<movable-area class=\"area\"><movable-view class=\"view\" id=\"v\" direction=\"all\" x=\"20\" y=\"30\" \
         data-of=\"x y source\" bindchange=\"note\" bindhtouchmove=\"note\"/></movable-area>",
        ".area { width: 200px; height: 200px; background: #eee } \
         .view { width: 50px; height: 50px; background: #00f }",
        NOTES,
    ));
    live.picture();
    let area = live.area(".area");
    assert_eq!(place(&mut live, "#v"), (area.x + 20.0, area.y + 30.0));
    let from = live.middle("#v");
    live.drag_and_hold(from, (60.0, 40.0));
    live.picture();
    assert_eq!(place(&mut live, "#v"), (area.x + 80.0, area.y + 70.0));
    assert_eq!(live.pixel((area.x + 85.0, area.y + 75.0)), [0, 0, 255]);
    live.lift((from.0 + 60.0, from.1 + 40.0));
    // What is hit is where it is seen, and it ends at the edge of its area.
    let from = live.middle("#v");
    live.drag(from, (500.0, -10.0));
    assert_eq!(place(&mut live, "#v"), (area.x + 150.0, area.y + 60.0));
    let log = log(&mut live);
    assert_eq!(log[0][0], "htouchmove");
    assert_eq!(log.last().unwrap(), &json!(["change", 150, 60, "touch"]));
}

#[test]
fn a_movable_view_is_moved_by_script_scaled_by_two_fingers_and_runs_on() {
    let mut live = Live::open(Program::page(
        "<movable-area class=\"area\" scale-area><movable-view class=\"view\" id=\"v\" direction=\"all\" x=\"{{x}}\" \
         inertia out-of-bounds scale data-of=\"source\" bindchange=\"note\" bindscale=\"note\"/></movable-area>\
         <button bindtap=\"go\" class=\"go\">go</button>",
        ".area { width: 200px; height: 200px; background: #eee } \
         .view { width: 50px; height: 50px; background: #00f }",
        &NOTES.replace("set(values)", "go() { this.setData({ x: 70 }); }, set(values)"),
    ));
    live.picture();
    let area = live.area(".area");
    live.tap(".go");
    let on_the_way = place(&mut live, "#v").0 - area.x;
    assert!(on_the_way > 0.0 && on_the_way < 70.0, "{on_the_way}");
    live.frames(150);
    assert_eq!(place(&mut live, "#v").0, area.x + 70.0);
    assert!(log(&mut live).contains(&json!(["change", ""])));
    // A finger lets it go at speed: it goes on for a while.
    let (x, y) = live.middle("#v");
    live.drag_and_hold((x, y), (-20.0, 0.0));
    let time = live.driver().now();
    for n in 1..=5u8 {
        live.wait(8.0);
        let (time, x) = (live.driver().now(), x - 20.0 + f32::from(n) * 4.0);
        live.driver().input(InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x, y, time });
    }
    assert!(live.driver().now() > time);
    live.lift((x, y));
    live.frames(60);
    let after = place(&mut live, "#v").0 - area.x;
    assert!(after > 72.0, "{after}");
    assert!(log(&mut live).contains(&json!(["change", "friction"])));
    // Two fingers in the area spread.
    let (x, y) = (area.x + 100.0, area.y + 150.0);
    let touch = |live: &mut Live, pointer: u32, x: f32, down: bool| {
        let (time, kind) = (live.driver().now(), PointerKind::Touch);
        live.driver().input(match down {
            true => InputEvent::PointerDown { pointer, kind, x, y, time },
            false => InputEvent::PointerMove { pointer, kind, x, y, time },
        });
        live.wait(16.0);
    };
    touch(&mut live, 1, x, true);
    touch(&mut live, 2, x + 40.0, true);
    touch(&mut live, 2, x + 80.0, false);
    live.picture();
    assert_eq!(live.area("#v").width, 100.0);
    assert!(log(&mut live).iter().any(|e| e[0] == "scale"));
}

#[test]
fn sticky_headers_stand_on_top_of_their_sections_and_tell() {
    let mut live = Live::open(Program::page(
        "<scroll-view class=\"list\" type=\"custom\" scroll-y>\
         <sticky-section wx:for=\"{{3}}\" wx:key=\"*this\">\
         <sticky-header id=\"h{{index}}\" data-of=\"isStickOnTop id\" bind:stickontopchange=\"note\" offset-top=\"10\">\
         <view class=\"head\"/></sticky-header>\
         <list-view padding=\"{{[5, 0, 5, 0]}}\"><view class=\"row\" wx:for=\"{{4}}\" wx:key=\"*this\"/></list-view>\
         </sticky-section></scroll-view>",
        ".list { height: 300px } .head { height: 30px; background: #f00 } .row { height: 60px }",
        NOTES,
    ));
    let top = place(&mut live, ".list").1;
    // A section: 30 of the header, 10 of padding, 240 of rows.
    assert_eq!(place(&mut live, "#h1").1, top + 280.0);
    let from = (100.0, top + 250.0);
    live.drag(from, (0.0, -150.0));
    live.frames(2);
    assert_eq!(place(&mut live, "#h0").1, top + 10.0, "it stays at its distance from the top");
    assert_eq!(live.pixel((100.0, top + 20.0)), [255, 0, 0]);
    live.drag(from, (0.0, -115.0));
    live.frames(2);
    assert_eq!(place(&mut live, "#h0").1, top - 15.0, "the end of its section pushes it out");
    live.drag(from, (0.0, -40.0));
    live.frames(2);
    assert_eq!(place(&mut live, "#h1").1, top + 10.0);
    let log = log(&mut live);
    let told = |on: bool, id: &str| json!(["stickontopchange", on, id]);
    assert_eq!(log, [told(true, "h0"), told(false, "h0"), told(true, "h1")]);
}

#[test]
fn a_grid_view_sets_its_children_in_columns() {
    let mut live = Live::open(Program::page(
        "<scroll-view type=\"custom\" scroll-y class=\"list\"><grid-view cross-axis-count=\"{{n}}\" main-axis-gap=\"8\" \
         cross-axis-gap=\"10\" padding=\"{{[4, 5, 6, 7]}}\">\
         <view class=\"cell\" id=\"c{{index}}\" wx:for=\"{{5}}\" wx:key=\"*this\"/></grid-view></scroll-view>\
         <button class=\"go\" bindtap=\"go\">go</button>",
        ".list { width: 232px; height: 300px } .cell { height: 40px }",
        "Page({ data: { n: 3 }, go() { this.setData({ n: 2 }); } });",
    ));
    let (x, y) = place(&mut live, ".list");
    let cell = live.area("#c4");
    // 232 - 5 - 7 - 2 * 10 = 200 in three columns.
    let column = 200.0 / 3.0;
    assert!((cell.width - column).abs() < 0.01, "{cell:?}");
    assert!((cell.x - (x + 7.0 + column + 10.0)).abs() < 0.01 && cell.y == y + 4.0 + 48.0, "{cell:?}");
    live.tap(".go");
    let cell = live.area("#c4");
    assert_eq!((cell.x, cell.y, cell.width), (x + 7.0, y + 4.0 + 96.0, 105.0));
}

#[test]
fn a_scroll_view_brings_down_a_refresher_of_its_own() {
    let mut live = Live::open(Program::page(
        "<scroll-view class=\"list\" scroll-y refresher-enabled refresher-default-style=\"none\" \
         refresher-threshold=\"40\" refresher-triggered=\"{{on}}\" bindrefresherpulling=\"note\" \
         bindrefresherwillrefresh=\"note\" bindrefresherrefresh=\"note\" bindrefresherrestore=\"note\">\
         <view slot=\"refresher\" class=\"own\"/><view class=\"row\"/></scroll-view>",
        ".list { height: 300px } .own { height: 40px; background: #f00 } .row { height: 600px; background: #00f }",
        &NOTES.replace("log: []", "log: [], on: false"),
    ));
    let (x, y) = place(&mut live, ".list");
    assert_eq!(live.pixel((x + 10.0, y + 2.0)), [0, 0, 255]);
    live.drag_and_hold((x + 50.0, y + 50.0), (0.0, 120.0));
    live.picture();
    assert_eq!(live.pixel((x + 10.0, y + 30.0)), [255, 0, 0]);
    live.lift((x + 50.0, y + 170.0));
    live.frames(30);
    // It rests at the threshold: the refresher is seen, the content below it.
    assert_eq!(live.pixel((x + 10.0, y + 20.0)), [255, 0, 0]);
    assert_eq!(live.pixel((x + 10.0, y + 45.0)), [0, 0, 255]);
    let mut names: Vec<Value> = log(&mut live).iter().map(|e| e[0].clone()).collect();
    names.dedup();
    let first = names.iter().position(|n| n == "refresherwillrefresh").unwrap();
    assert!(names[..first].contains(&json!("refresherpulling")), "{names:?}");
    assert!(names[first..].contains(&json!("refresherrefresh")), "{names:?}");
}

#[test]
fn scroll_into_view_heeds_its_alignment() {
    let rows = "<view id=\"r{{index}}\" class=\"row\" wx:for=\"{{20}}\" wx:key=\"*this\"/>";
    let open = |alignment: &str| {
        let wxml =
            format!("<scroll-view class=\"list\" scroll-y scroll-into-view=\"r10\" {alignment}>{rows}</scroll-view>");
        let mut live = Live::open(Program::page(&wxml, ".list { height: 200px } .row { height: 50px }", NOTES));
        let top = place(&mut live, ".list").1;
        place(&mut live, "#r10").1 - top
    };
    let at = ["", "center", "end", "nearest"].map(|a| open(&format!("scroll-into-view-alignment=\"{a}\"")));
    assert_eq!(at, [0.0, 75.0, 150.0, 150.0]);
    assert_eq!(open("scroll-into-view-offset=\"-20\""), 20.0);
}

#[test]
fn a_fling_that_slows_down_fast_is_shorter() {
    let open = |attributes: &str| {
        let wxml = format!("<scroll-view class=\"list\" scroll-y {attributes}><view class=\"tall\"/></scroll-view>");
        let mut live = Live::open(Program::page(&wxml, ".list { height: 200px } .tall { height: 9000px }", NOTES));
        let (x, y) = live.middle(".list");
        let at = |n: u8| y - f32::from(n) * 10.0;
        live.picture();
        for n in 0..=8u8 {
            let (time, kind, y) = (live.driver().now(), PointerKind::Touch, at(n));
            live.driver().input(match n {
                0 => InputEvent::PointerDown { pointer: 1, kind, x, y, time },
                _ => InputEvent::PointerMove { pointer: 1, kind, x, y, time },
            });
            live.wait(8.0);
        }
        live.lift((x, at(8)));
        live.frames(200);
        let top = place(&mut live, ".list").1;
        top - place(&mut live, ".tall").1
    };
    let (usual, fast) = (open(""), open("fast-deceleration"));
    assert!(usual > 300.0 && fast > 90.0 && fast < usual * 0.55, "{usual} {fast}");
}

const SLIDES: &str = "<swiper-item wx:for=\"{{4}}\" wx:key=\"*this\" item-id=\"i{{index}}\" id=\"s{{index}}\"/></swiper>\
    <button class=\"go\" bindtap=\"go\">go</button>";

#[test]
fn a_swiper_shows_an_item_by_its_id_and_draws_dots_as_asked() {
    let mut live = Live::open(Program::page(
        &format!(
            "<swiper class=\"swiper\" current-item-id=\"{{{{id}}}}\" scroll-with-animation=\"{{{{false}}}}\" indicator-dots \
             indicator-width=\"20\" indicator-height=\"4\" indicator-spacing=\"10\" indicator-margin=\"30\" \
             indicator-active-color=\"#f00\" data-of=\"current currentItemId source\" bindchange=\"note\">{SLIDES}"
        ),
        ".swiper { height: 200px; background: #fff }",
        &NOTES
            .replace("log: []", "log: [], id: 'i2'")
            .replace("set(values)", "go() { this.setData({ id: 'i3' }); }, set(values)"),
    ));
    let area = live.area(".swiper");
    // Four bars of 20 px and three gaps of 10: the third one begins 60 px after the first.
    let dot = |index: f32| (area.x + area.width / 2.0 - 55.0 + index * 30.0 + 10.0, area.y + 200.0 - 32.0);
    assert_eq!(live.pixel(dot(2.0)), [255, 0, 0]);
    live.tap(".go");
    live.frames(2);
    assert_eq!(live.pixel(dot(3.0)), [255, 0, 0], "it is there at once");
    assert_eq!(log(&mut live), [json!(["change", 3, "i3", ""])]);
}

#[test]
fn a_swiper_goes_the_way_it_may_and_shows_its_neighbours() {
    let mut live = Live::open(Program::page(
        &format!(
            "<swiper class=\"swiper\" direction=\"positive\" current=\"1\" previous-margin=\"40px\" next-margin=\"20px\" \
             easing-function=\"linear\" data-of=\"current source\" bindchange=\"note\">{SLIDES}"
        ),
        ".swiper { height: 200px } #s0 { background: #f00 } #s1 { background: #0f0 } #s2 { background: #00f }",
        &NOTES.replace("set(values)", "go() {}, set(values)"),
    ));
    let area = live.area(".swiper");
    let y = area.y + 100.0;
    let seen = |live: &mut Live| [5.0, 100.0, area.width - 5.0].map(|x| live.pixel((area.x + x, y)));
    assert_eq!(seen(&mut live), [[255, 0, 0], [0, 255, 0], [0, 0, 255]]);
    live.drag((area.x + 100.0, y), (200.0, 0.0));
    live.frames(60);
    assert_eq!(seen(&mut live), [[255, 0, 0], [0, 255, 0], [0, 0, 255]], "not backwards");
    live.drag((area.x + 300.0, y), (-220.0, 0.0));
    live.frames(60);
    assert_eq!(seen(&mut live)[1], [0, 0, 255]);
    assert_eq!(log(&mut live), [json!(["change", 2, "touch"])]);
}

/// A swiper of three coloured cards between margins of 30 px.
fn cards(layout: &str) -> Live {
    let mut live = Live::open(Program::page(
        &format!(
            "<swiper class=\"swiper\" {layout} current=\"1\" previous-margin=\"30px\" next-margin=\"30px\">\
             <swiper-item id=\"s0\"/><swiper-item id=\"s1\"/><swiper-item id=\"s2\"/></swiper>"
        ),
        ".swiper { width: 300px; height: 100px } #s0 { background: #f00 } #s1 { background: #0f0 } \
         #s2 { background: #00f }",
        NOTES,
    ));
    live.picture();
    live
}

#[test]
fn cards_of_a_swiper_lie_on_one_another_and_leave_by_the_side() {
    let (red, green, blue, white) = ([255, 0, 0], [0, 255, 0], [0, 0, 255], [255; 3]);
    for (layout, seen, way) in [("stackLeft", 25.0, -1.0), ("stackRight", 275.0, 1.0)] {
        let mut live = cards(&format!("layout-type=\"{layout}\""));
        let area = live.area(".swiper");
        let at = |x: f32| (area.x + x, area.y + 50.0);
        assert_eq!(live.pixel(at(150.0)), green, "{layout}");
        assert_eq!(live.pixel(at(seen)), red, "the card below shows at the side");
        assert_eq!(live.pixel(at(300.0 - seen)), white, "the next one waits outside");
        // Half way the next one lies over half of the current one.
        live.drag_and_hold(at(150.0), (way * 120.0, 0.0));
        live.frames(2);
        assert_eq!(live.pixel(at(if way < 0.0 { 250.0 } else { 50.0 })), blue);
        live.lift((area.x + 150.0 + way * 120.0, area.y + 50.0));
        live.drag(at(150.0), (way * 150.0, 0.0));
        live.frames(60);
        assert_eq!(live.pixel(at(150.0)), blue);
    }
}

#[test]
fn transformers_change_the_neighbours_of_an_item() {
    let (red, green, white) = ([255, 0, 0], [0, 255, 0], [255; 3]);
    let mut normal = cards("");
    let area = normal.area(".swiper");
    assert_eq!(normal.pixel((area.x + 15.0, area.y + 4.0)), red);
    let mut faded = cards("layout-type=\"transformer\" transformer-type=\"scaleAndFade\"");
    // A fifth smaller, so that a tenth is free above and at the side, and pale.
    assert_eq!(faded.pixel((area.x + 3.0, area.y + 4.0)), white);
    let [r, g, b] = faded.pixel((area.x + 3.0, area.y + 50.0));
    assert!(r == 255 && g > 150 && b > 150, "{r} {g} {b}");
    assert_eq!(faded.pixel((area.x + 150.0, area.y + 50.0)), green);
    let mut folded = cards("layout-type=\"transformer\" transformer-type=\"accordion\"");
    assert_eq!(folded.pixel((area.x + 15.0, area.y + 50.0)), white, "it is folded up at the side");
    folded.drag_and_hold((area.x + 150.0, area.y + 50.0), (120.0, 0.0));
    folded.frames(1);
    // Half folded about the upper right corner of its place.
    assert_eq!(folded.pixel((area.x + 100.0, area.y + 25.0)), red);
    assert_eq!(folded.pixel((area.x + 100.0, area.y + 75.0)), white);
    assert_eq!(folded.complaints(), Vec::<String>::new());
}

#[test]
fn the_mark_of_a_swiper_is_on_its_way_while_it_is_dragged() {
    let mut live = Live::open(Program::page(
        "<swiper class=\"swiper\" indicator-dots indicator-type=\"worm\" indicator-color=\"#00ff00\" \
         indicator-active-color=\"#ff0000\"><swiper-item/><swiper-item/><swiper-item/></swiper>",
        ".swiper { width: 300px; height: 100px }",
        NOTES,
    ));
    live.picture();
    let area = live.area(".swiper");
    // Dots at 130, 146 and 162 px; between the first two there is nothing.
    let dots = |live: &mut Live| [134.0, 142.0, 150.0].map(|x| live.pixel((area.x + x, area.y + 86.0)));
    assert_eq!(dots(&mut live), [[255, 0, 0], [255; 3], [0, 255, 0]]);
    live.drag_and_hold((area.x + 200.0, area.y + 50.0), (-150.0, 0.0));
    live.frames(2);
    assert_eq!(dots(&mut live), [[255, 0, 0]; 3]);
}
