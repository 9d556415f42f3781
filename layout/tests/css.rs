//! The property table against Chromium, and the page of supported CSS against the table.

use pellicle_layout::css::properties::inherit_all;
use pellicle_layout::css::{Viewport, parse_style_attribute, reference};
use pellicle_layout::style::cascade::initial;
use pellicle_layout::style::{ComputedStyle, StyleEngine, computed_text};
use std::path::PathBuf;
use std::sync::Arc;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The style of declarations on top of what the parent's hand down.
fn style(engine: &mut StyleEngine, declarations: &str, parent: &ComputedStyle) -> ComputedStyle {
    let (block, _) = parse_style_attribute(declarations, &Arc::from("x"));
    let mut base = initial().clone();
    inherit_all(&mut base, parent);
    engine.keyframe_style(&block, &base, parent)
}

/// `tests/data/computed.tsv`: declarations, a property, what Chromium computes (`tests/data/record-computed.js` records it),
/// and, where it is meant to be otherwise here, what that is and why.
#[test]
fn computed_values_are_those_of_chromium() {
    let text = std::fs::read_to_string(file("tests/data/computed.tsv")).expect("the table of values");
    let mut engine = StyleEngine::new(Viewport::default());
    let root = ComputedStyle::default();
    let parent = style(&mut engine, "font-size: 20px; color: #123456", &root);
    let (mut wrong, mut count, mut chosen) = (Vec::new(), 0, 0);
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [declarations, property, chromium, ref own @ ..] = columns[..] else { panic!("not a case: {line}") };
        let expected = own.first().copied().unwrap_or(chromium);
        assert!(own.len() != 1, "a difference without a reason: {line}");
        let got = computed_text(&style(&mut engine, declarations, &parent), property).unwrap_or_else(|| "?".to_owned());
        count += 1;
        chosen += usize::from(expected != chromium);
        if got != expected {
            wrong.push(format!("{declarations}\t{property}\t{expected}\t{got}"));
        }
    }
    println!("{count} values: {} as Chromium's, {chosen} meant to be otherwise", count - chosen - wrong.len());
    assert!(wrong.is_empty(), "{} values are wrong (expected, got):\n{}", wrong.len(), wrong.join("\n"));
}

/// `CSS.md` is what the tables say; `UPDATE=1` writes it anew.
#[test]
fn the_page_of_supported_css_is_that_of_the_tables() {
    let path = file("CSS.md");
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    let new = reference::page(&old);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &new).expect("the page can be written");
        return;
    }
    assert!(old == new, "layout/CSS.md is not what the property table says; run this test with UPDATE=1");
}
