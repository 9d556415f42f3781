//! When frames are made, of whole mini-programs on a virtual clock.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use program::Program;
use std::path::Path;

fn example(name: &str) -> Live {
    Live::open_at(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name), &[])
}

#[test]
fn a_program_at_rest_asks_for_nothing_for_an_hour() {
    for name in ["shop", "feed", "showcase"] {
        let mut live = example(name);
        live.wait(2000.0);
        live.picture();
        let before = live.driver().frame_counts();
        assert!(before.turns > 0 && before.drawn > 0, "{name}: it was shown");
        live.wait(3_600_000.0);
        let after = live.driver().frame_counts();
        // One look at the end of the time that was asked for.
        assert!(after.turns - before.turns <= 1, "{name}: {before:?} {after:?}");
        assert_eq!((after.drawn, after.ticks), (before.drawn, before.ticks), "{name}");
    }
}

#[test]
fn what_moves_is_drawn_until_it_stands_still() {
    let program = Program::page(
        r#"<view class="box {{on ? 'on' : ''}}" bindtap="go"></view>"#,
        ".box { width: 50px; height: 50px; background: red; transition: margin-left 200ms linear } .on { margin-left: 100px }",
        "Page({ data: { on: false }, go() { this.setData({ on: true }) } })",
    );
    let mut live = Live::open(program);
    live.wait(1000.0);
    let before = live.driver().frame_counts().drawn;
    live.tap(".box");
    live.wait(1000.0);
    let moving = live.driver().frame_counts().drawn - before;
    assert!(moving >= 150, "a frame for each ms of the transition, {moving} in all");
    live.picture();
    live.wait(10_000.0);
    assert_eq!(live.driver().frame_counts().drawn - before, moving);
}
