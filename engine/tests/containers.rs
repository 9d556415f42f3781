//! Containers that fingers move: scroll views, swipers, movable views, lists.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // each test file uses its part
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::interact::{InputEvent, PointerKind};
use serde_json::{Value, json};
use program::Program;

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
