//! Layout cases: markup with inline styles, and the boxes that it should have.
//!
//! A case is a JSON object a line: `{suite, name, viewport, root_style, wxml, expect, relative_to, tolerance}`.
//! Its boxes are named by child indices below the markup's own root.

use crate::host::chrome_view::lay_out_fixed;
use crate::host::fixed::FixedPage;
use crate::tools::dump::number;
use pellicle_layout::css;
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::flow::BoxTree;
use pellicle_layout::markup::parse;
use pellicle_layout::text::{FontBook, FontPolicy};
use serde_json::{Value, json};

/// What a case gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// All boxes are where they should be.
    pub pass: bool,
    /// The largest difference of a figure, px; infinite for a missing box.
    pub worst: f64,
    /// `{suite, name, pass, worst, boxes}`.
    pub line: Value,
}

/// Lays a case out and compares.
///
/// # Errors
/// What is wrong with the case itself.
pub fn run(case: &Value) -> Result<Outcome, String> {
    let text = |key: &str| case.get(key).and_then(Value::as_str);
    let wxml = text("wxml").ok_or("a case needs \"wxml\"")?;
    let side = |n: usize| case.get("viewport").and_then(|v| v.get(n)).and_then(Value::as_f64);
    let (width, height) = side(0).zip(side(1)).ok_or("a case needs \"viewport\": [width, height]")?;
    let style = text("root_style").unwrap_or("").replace('"', "&quot;");
    let (template, _) = parse("case.wxml", &format!("<view style=\"{style}\">{wxml}</view>"));
    let page = FixedPage::from_template(&template);
    let fonts = FontBook::new(FontPolicy::Author).map_err(|e| e.to_string())?;
    let surface = css::Viewport { width: width as f32, height: height as f32, ..Default::default() };
    let (document, layout) = lay_out_fixed(&page, fonts, surface).map_err(|e| e.to_string())?;
    let boxes = layout.box_tree();
    let wrapper = document.node(page.root()).and_then(|n| elements(&document, n.id).next());
    let root = wrapper.and_then(|w| elements(&document, w).next()).ok_or("the markup has no element")?;
    let origin = match text("relative_to") {
        Some("viewport") => (0.0, 0.0),
        _ => boxes.element_rect(root).map_or((0.0, 0.0), |r| (r.x, r.y)),
    };
    let mut found = Vec::new();
    collect(&document, boxes, root, origin, &mut found);
    let tolerance = case.get("tolerance").and_then(Value::as_f64).unwrap_or(1.0);
    let mut worst = 0.0f64;
    for expected in case.get("expect").and_then(Value::as_array).into_iter().flatten() {
        let path = expected.get("path").and_then(Value::as_str).unwrap_or("");
        let actual = found.iter().find(|(at, _)| at == path);
        for (index, key) in ["x", "y", "width", "height"].into_iter().enumerate() {
            let Some(wanted) = expected.get(key).and_then(Value::as_f64) else { continue };
            let off = actual.map_or(f64::INFINITY, |(_, rect)| (f64::from(rect[index]) - wanted).abs());
            worst = worst.max(off);
        }
    }
    let pass = worst <= tolerance;
    let list: Vec<Value> = found
        .iter()
        .map(|(path, [x, y, width, height])| {
            json!({ "path": path, "x": number(*x), "y": number(*y), "width": number(*width), "height": number(*height) })
        })
        .collect();
    let figure = if worst.is_finite() { json!((worst * 100.0).round() / 100.0) } else { Value::Null };
    let line = json!({
        "suite": case.get("suite"), "name": case.get("name"), "pass": pass, "worst": figure, "boxes": list,
    });
    Ok(Outcome { pass, worst, line })
}

fn elements(document: &Document, node: NodeId) -> impl Iterator<Item = NodeId> {
    let children = document.node(node).map(|n| n.children.as_slice()).unwrap_or(&[]);
    children.iter().copied().filter(|&c| document.node(c).is_some_and(|n| n.is_element()))
}

/// Border boxes by child-index path, in tree order.
fn collect(document: &Document, boxes: &BoxTree, root: NodeId, origin: (f32, f32), into: &mut Vec<(String, [f32; 4])>) {
    let mut stack = vec![(root, String::new())];
    while let Some((node, path)) = stack.pop() {
        let rect = match boxes.element_rect(node) {
            Some(rect) => [rect.x - origin.0, rect.y - origin.1, rect.width, rect.height],
            None => [0.0; 4],
        };
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        into.push((path, rect));
        let below: Vec<_> = elements(document, node).enumerate().map(|(i, c)| (c, format!("{prefix}{i}"))).collect();
        stack.extend(below.into_iter().rev());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_compared_box_by_box() {
        let mut case = json!({
            "suite": "own", "name": "row", "viewport": [400, 300], "root_style": "display:flex",
            "wxml": "<view style=\"width:100px;height:50px\"><view style=\"margin-left:10px;height:20px\"></view></view>",
            "expect": [
                {"path": "", "x": 0, "y": 0, "width": 100, "height": 50},
                {"path": "0", "x": 10, "y": 0, "width": 90, "height": 20},
            ],
            "tolerance": 0.6,
        });
        let outcome = run(&case).unwrap();
        assert!(outcome.pass, "{}", outcome.line);
        case["expect"][1]["width"] = json!(95);
        let outcome = run(&case).unwrap();
        assert!(!outcome.pass && outcome.worst == 5.0);
        assert!(run(&json!({"viewport": [1, 1]})).is_err());
    }
}
