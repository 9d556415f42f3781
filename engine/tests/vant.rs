//! Every page of `@vant/weapp` in the showcase, used as a user would.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;
#[path = "support/showcase.rs"]
mod showcase;

#[path = "vant/basis.rs"]
mod basis;
#[path = "vant/choice.rs"]
mod choice;
#[path = "vant/feedback.rs"]
mod feedback;
#[path = "vant/show.rs"]
mod show;

use live::Live;

/// Opens the page of a component and uses it.
fn page(component: &str, act: impl FnOnce(&mut Live)) {
    showcase::run("vant", component, &[], act);
}

/// A wheel is turned by a distance, px, and rests before it is let go, so that it does not run on.
fn turn(live: &mut Live, at: (f32, f32), by: f32) {
    live.drag_and_hold(at, (0.0, by));
    live.wait(400.0);
    live.lift((at.0, at.1 + by));
    live.wait(800.0);
}
