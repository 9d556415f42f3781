//! The independent layout cases of the shared conformance suite, box for box.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod support;

use pellicle_layout::document::NodeId;
use pellicle_layout::flow::{Rect, Viewport};
use pellicle_layout::text::{FontBook, FontPolicy};
use serde_json::Value;
use support::Page;

fn number(value: &Value) -> f32 {
    value.as_f64().unwrap_or(f64::NAN) as f32
}

/// The worst deviation of a case and the box it is at.
fn run(case: &Value) -> (f32, String) {
    let text = |key: &str| case[key].as_str().unwrap_or_default();
    let viewport = Viewport { width: number(&case["viewport"][0]), height: number(&case["viewport"][1]) };
    let markup = format!("<view style=\"{}\">{}</view>", text("root_style"), text("wxml"));
    let page = Page::sized(&markup, FontBook::new(FontPolicy::Author).unwrap(), viewport);
    let root = page.doc.node(page.elements[1]).unwrap().children[0];
    let tree = page.engine.box_tree();
    let origin = match text("relative_to") {
        "viewport" => Rect::default(),
        _ => tree.element_rect(root).unwrap_or_default(),
    };
    let mut worst = (0.0f32, String::new());
    for want in case["expect"].as_array().unwrap() {
        let path = want["path"].as_str().unwrap();
        let mut node: NodeId = root;
        for step in path.split('/').filter(|s| !s.is_empty()) {
            node = page.doc.node(node).unwrap().children[step.parse::<usize>().unwrap()];
        }
        let got = tree.element_rect(node).unwrap_or_default();
        let got = [got.x - origin.x, got.y - origin.y, got.width, got.height];
        let want = ["x", "y", "width", "height"].map(|k| number(&want[k]));
        let off = got.iter().zip(&want).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        if off > worst.0 || off.is_nan() {
            worst = (off, format!("{path}: got {got:?}, want {want:?}"));
        }
    }
    worst
}

#[test]
fn the_conformance_cases_are_laid_out_as_in_browsers() {
    let Ok(shared) = std::env::var("PELLICLE_SHARED") else {
        println!("not run: PELLICLE_SHARED is not set");
        return;
    };
    let file = std::fs::read_to_string(format!("{shared}/conformance/layout-cases.jsonl")).unwrap();
    let (mut passed, mut failed) = (0, Vec::new());
    for line in file.lines().filter(|l| !l.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).unwrap();
        let (worst, at) = run(&case);
        if worst <= number(&case["tolerance"]) {
            passed += 1;
        } else {
            failed.push((case["name"].as_str().unwrap().to_owned(), worst, at));
        }
    }
    println!("{passed} passed, {} failed", failed.len());
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(passed >= 1134, "only {passed} cases were there");
}
