//! Pages of `examples/showcase`, used as a user would.
#![allow(dead_code)] // each test file uses its part

use super::live::Live;
use std::path::Path;

#[path = "expected.rs"]
mod expected;

/// Opens the page of a component, uses it, and holds that nothing was complained about but what is expected of it, and
/// that all of that was.
pub fn run(library: &str, component: &str, act: impl FnOnce(&mut Live)) {
    let showcase = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/showcase");
    if !showcase.join("node_modules").is_dir() {
        println!("not run: npm ci --prefix examples/showcase");
        return;
    }
    let page = format!("pages/{library}/{component}/{component}");
    let mut live = Live::open_at(&showcase, &["--page", &page]);
    live.wait(500.0);
    live.picture();
    act(&mut live);
    live.wait(500.0);
    let complaints = live.complaints();
    let expected = expected::of(library, component);
    let is_expected = |text: &String| expected.iter().any(|known| text.contains(known.text));
    let unexpected: Vec<&String> = complaints.iter().filter(|text| !is_expected(text)).collect();
    assert!(unexpected.is_empty(), "{page}: {unexpected:#?}");
    for known in expected.iter().filter(|known| known.always) {
        let told = complaints.iter().any(|text| text.contains(known.text));
        assert!(told, "{page}: expected {:?}, as {}", known.text, known.why);
    }
}

/// A wheel is turned by a distance, px, and rests before it is let go, so that it does not run on.
pub fn turn(live: &mut Live, at: (f32, f32), by: f32) {
    live.drag_and_hold(at, (0.0, by));
    live.wait(400.0);
    live.lift((at.0, at.1 + by));
    settle(live);
}

/// The page scrolls by a distance, px, under a finger from a place, and comes to rest.
pub fn scroll(live: &mut Live, from: (f32, f32), by: f32) {
    live.drag(from, (0.0, by));
    settle(live);
}

/// What moves comes to rest, and the picture is brought up to date.
pub fn settle(live: &mut Live) {
    live.wait(1000.0);
    live.picture();
}
