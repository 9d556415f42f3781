//! Pages of `examples/showcase`, used as a user would.
#![allow(dead_code)] // each test file uses its part

use live::Live;
use std::path::{Path, PathBuf};

#[path = "expected.rs"]
mod expected;
#[path = "live.rs"]
pub mod live;
#[path = "program.rs"]
pub mod program;

/// The showcase, if its packages are installed.
pub fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/showcase");
    if folder.join("node_modules").is_dir() {
        return Some(folder);
    }
    println!("not run: npm ci --prefix examples/showcase");
    None
}

/// Opens the page of a component, uses it, and holds that nothing was complained about but what is expected of it, and
/// that all of that was.
pub fn run(library: &str, component: &str, act: impl FnOnce(&mut Live)) {
    run_with(library, component, &[], act);
}

/// As [`run`], with a user who chooses a picture, so often, where he is asked for one.
pub fn choosing(times: usize, library: &str, component: &str, act: impl FnOnce(&mut Live)) {
    let Some(showcase) = folder() else { return };
    let leaf = showcase.join("images/leaf.png").display().to_string();
    let options: Vec<&str> = (0..times).flat_map(|_| ["--choose", &leaf]).collect();
    run_with(library, component, &options, act);
}

fn run_with(library: &str, component: &str, options: &[&str], act: impl FnOnce(&mut Live)) {
    let Some(showcase) = folder() else { return };
    let page = format!("pages/{library}/{component}/{component}");
    let options: Vec<&str> = ["--page", &page].into_iter().chain(options.iter().copied()).collect();
    let mut live = Live::open_at(&showcase, &options);
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

/// How many elements match.
pub fn count(live: &mut Live, selector: &str) -> usize {
    (0..).take_while(|n| live.driver().find(&format!("{selector}@{n}")).is_some()).count()
}

/// True for the address of a file that the user has chosen.
pub fn is_chosen(address: &serde_json::Value) -> bool {
    address.as_str().is_some_and(|address| address.contains("chosen-") && address.ends_with(".png"))
}
