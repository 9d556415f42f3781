//! Boxes of small documents, compared with what Chromium gives for the same markup and fonts.
//! `data/generate.js` makes the figures from `data/cases.txt`.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod support;

use serde_json::Value;
use support::{Page, oracle_fonts};

/// What a figure may be off by, px.
const TOLERANCE: f32 = 0.04;

#[test]
fn small_documents_are_laid_out_as_in_chromium() {
    if oracle_fonts().is_none() {
        println!("not run: DejaVu Sans and Droid Sans Fallback are not installed");
        return;
    }
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/browser-cases.json")).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let markup = case["markup"].as_str().unwrap();
        let page = Page::new(&markup.replace("<img ", "<image "), oracle_fonts().unwrap());
        for (i, want) in case["boxes"].as_array().unwrap().iter().enumerate() {
            let want: Vec<f32> = want.as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as f32).collect();
            let got = page.xywh(i);
            let off = (0..4).map(|k| (want[k] - got[k]).abs()).fold(0.0, f32::max);
            let lines = page.lines(i);
            if off > TOLERANCE || (want[4] > 0.0 && lines != want[4] as usize) {
                wrong.push(format!("{markup}\n  element {i}: want {want:?}, got {got:?} with {lines} lines"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} boxes differ:\n{}", wrong.len(), wrong.join("\n"));
}
