//! Pages of `examples/showcase`, used as a user would.

use super::live::Live;
use std::path::Path;

/// What the libraries themselves do wrong, or what needs a network: what is said of it, and why it is no fault here.
const EXPECTED: [(&str, &str); 13] = [
    ("no font has", "the icon fonts come over the network"),
    ("\" is not used: ", "the icon fonts come over the network"),
    ("cannot be shown: io", "pictures come over the network"),
    ("the picture \"/images/none.png\"", "the page shows what becomes of a missing picture"),
    ("`font-variant` is not supported", "of an icon font, whose glyphs have no variants"),
    ("has no effect on `<slot>`", "the library's markup"),
    ("has no effect on `<template>`", "the library's markup"),
    ("is written twice", "the library's markup"),
    ("values of scoped slots are not supported", "the library's markup: `else` for `wx:else`"),
    ("there is no `wx:item`", "the library's markup"),
    ("`<span>` is no mini-program element", "the library's markup"),
    ("is not a value of", "styles that the library puts together from properties nobody set"),
    ("the property `clip`", "the library hides text for screen readers twice over"),
];

/// Opens the page of a component, uses it, and holds that nothing was complained about but what is expected of the
/// libraries and in `also`.
pub fn run(library: &str, component: &str, also: &[&str], act: impl FnOnce(&mut Live)) {
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
    let expected = |text: &String| EXPECTED.iter().map(|e| e.0).chain(also.iter().copied()).any(|e| text.contains(e));
    let complaints: Vec<String> = live.complaints().into_iter().filter(|text| !expected(text)).collect();
    assert!(complaints.is_empty(), "{page}: {}", complaints.join("\n"));
}
