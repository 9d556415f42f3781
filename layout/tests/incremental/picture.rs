//! What two layouts of one page differ in: everything that a display list, a query or a hit test reads.

use super::stage::Stage;
use pellicle_layout::flow::boxes::{GlyphRun, InlineContent};
use pellicle_layout::flow::{BoxId, BoxTree, LayoutBox};
use std::collections::HashMap;

/// Differences between the page as it was brought up to date and the page made anew, as text.
pub fn differences(kept: &Stage, fresh: &mut Stage) -> Vec<String> {
    let mut found = Vec::new();
    for node in kept.nodes() {
        let (a, b) = (kept.doc.node(node).unwrap(), fresh.doc.node(node).unwrap());
        let styles = [("", &a.style, &b.style), ("::before", &a.before, &b.before), ("::after", &a.after, &b.after)];
        for (name, a, b) in styles {
            if a != b {
                let (a, b) = apart(&format!("{a:?}"), &format!("{b:?}"));
                found.push(format!("{node:?}{name}: computed style {a}\n    made anew {b}"));
            }
        }
    }
    if !found.is_empty() {
        return found;
    }
    let pairs = match pair(kept.engine.box_tree(), fresh.engine.box_tree(), &mut found) {
        Some(pairs) => pairs,
        None => return found,
    };
    for (&a, &b) in &pairs {
        let (x, y) = kept.engine.box_tree().scroll_offset(a);
        fresh.engine.box_tree_mut().set_scroll_offset(b, x, y);
    }
    let (trees, map) = ((kept.engine.box_tree(), fresh.engine.box_tree()), |id: BoxId| pairs.get(&id).copied());
    for node in kept.nodes() {
        if trees.0.principal(node).and_then(map) != trees.1.principal(node) {
            found.push(format!("{node:?} has its box at another place"));
        }
    }
    for (&a, &b) in &pairs {
        compare(trees, (a, b), &map, &mut found);
    }
    if trees.0.len() != trees.1.len() {
        found.push(format!("{} boxes, made anew {}", trees.0.len(), trees.1.len()));
    }
    found.sort();
    found
}

/// Boxes by their places; `None` if the trees have other forms.
fn pair(a: &BoxTree, b: &BoxTree, found: &mut Vec<String>) -> Option<HashMap<BoxId, BoxId>> {
    let mut pairs = HashMap::new();
    let mut stack: Vec<(BoxId, BoxId)> = a.root().into_iter().zip(b.root()).collect();
    if a.root().is_some() != b.root().is_some() {
        found.push("only one has a root".to_owned());
    }
    while let Some((id_a, id_b)) = stack.pop() {
        let (box_a, box_b) = (a.get(id_a).unwrap(), b.get(id_b).unwrap());
        let origins = |tree: &BoxTree, b: &LayoutBox| -> Vec<_> {
            b.children.iter().map(|&c| tree.get(c).map(|c| c.origin)).collect()
        };
        let (in_a, in_b) = (origins(a, box_a), origins(b, box_b));
        if box_a.origin != box_b.origin || in_a != in_b {
            found.push(format!("{:?} with {in_a:?}, made anew {:?} with {in_b:?}", box_a.origin, box_b.origin));
        }
        pairs.insert(id_a, id_b);
        stack.extend(box_a.children.iter().copied().zip(box_b.children.iter().copied()));
    }
    found.is_empty().then_some(pairs)
}

/// All floats in a debug text agree but for rounding.
fn close(a: f32, b: f32) -> bool {
    a == b || (a - b).abs() <= 0.002 * (1.0 + a.abs().min(1000.0) / 100.0) || (a.is_nan() && b.is_nan())
}

fn compare(
    trees: (&BoxTree, &BoxTree),
    ids: (BoxId, BoxId),
    map: &impl Fn(BoxId) -> Option<BoxId>,
    found: &mut Vec<String>,
) {
    let (a, b) = (trees.0.get(ids.0).unwrap(), trees.1.get(ids.1).unwrap());
    let mut note = |what: &str, a: String, b: String| {
        found.push(format!("{:?}: {what} {a}\n    made anew {b}", trees.0.get(ids.0).unwrap().origin));
    };
    if a.style != b.style {
        let (a, b) = apart(&format!("{:?}", a.style), &format!("{:?}", b.style));
        note("style", a, b);
    }
    let figures = |l: &LayoutBox| {
        let l = &l.layout;
        let edges = [l.border, l.padding, l.margin].map(|e| [e.top, e.right, e.bottom, e.left]);
        let mut all = vec![l.x, l.y, l.width, l.height, l.content_width, l.content_height];
        all.extend(edges.concat());
        all
    };
    let (layout_a, layout_b) = (figures(a), figures(b));
    if !layout_a.iter().zip(&layout_b).all(|(a, b)| close(*a, *b)) {
        note("layout", format!("{layout_a:?}"), format!("{layout_b:?}"));
    }
    if a.offset_parent.and_then(map) != b.offset_parent || a.parent.and_then(map) != b.parent {
        let names = |t: &BoxTree, b: &LayoutBox| {
            format!("{:?}", [b.offset_parent, b.parent].map(|p| p.and_then(|p| t.get(p)).map(|p| p.origin)))
        };
        note("around", names(trees.0, a), names(trees.1, b));
    }
    match (&a.inline, &b.inline) {
        (Some(a), Some(b)) => {
            let (lines_a, lines_b) = (content(a, map), content(b, Some));
            if lines_a == lines_b {
                for (a, b) in a.runs.iter().zip(&b.runs).filter(|(a, b)| a.style != b.style) {
                    let (a, b) = apart(&format!("{:?}", a.style), &format!("{:?}", b.style));
                    note("style of a run", a, b);
                }
            } else {
                let at =
                    lines_a.iter().zip(&lines_b).position(|(a, b)| a != b).unwrap_or(lines_a.len().min(lines_b.len()));
                let none = String::new();
                let (a, b) = (lines_a.get(at).unwrap_or(&none), lines_b.get(at).unwrap_or(&none));
                let (a, b) = apart(a, b);
                note("lines", a, b);
            }
        }
        (None, None) => {}
        (a, b) => note("lines", format!("{}", a.is_some()), format!("{}", b.is_some())),
    }
    let ink = |t: &BoxTree, id: BoxId| {
        let ink = t.ink(id)?;
        let rect = [ink.area.x, ink.area.y, ink.area.width, ink.area.height].map(rounded);
        Some((rect, ink.placed_outside.to_vec(), ink.roams))
    };
    let ink_a = ink(trees.0, ids.0).map(|(r, p, s)| (r, p.into_iter().filter_map(map).collect::<Vec<_>>(), s));
    let ink_b = ink(trees.1, ids.1);
    let same = match (&ink_a, &ink_b) {
        (Some(a), Some(b)) => a.0.iter().zip(&b.0).all(|(a, b)| (a - b).abs() <= 1) && (&a.1, a.2) == (&b.1, b.2),
        _ => ink_a == ink_b,
    };
    if !same {
        note("ink", format!("{ink_a:?}"), format!("{ink_b:?}"));
    }
    let offsets = (trees.0.scroll_offset(ids.0), trees.1.scroll_offset(ids.1));
    if offsets.0 != offsets.1 {
        note("scrolled", format!("{:?}", offsets.0), format!("{:?}", offsets.1));
    }
    let sticky = trees.0.sticky_constraint(ids.0).map(|s| (map(s.scroller), map(s.container), s.inset));
    let sticky_b = trees.1.sticky_constraint(ids.1).map(|s| (Some(s.scroller), Some(s.container), s.inset));
    if sticky != sticky_b {
        note("sticky", format!("{sticky:?}"), format!("{sticky_b:?}"));
    }
    let rect = |t: &BoxTree, id| {
        let r = t.bounding_rect(id);
        [r.x, r.y, r.width, r.height]
    };
    let (rect_a, rect_b) = (rect(trees.0, ids.0), rect(trees.1, ids.1));
    if !rect_a.iter().zip(&rect_b).all(|(a, b)| close(*a, *b)) {
        note("on the page", format!("{rect_a:?}"), format!("{rect_b:?}"));
    }
}

/// The parts of two long texts around the place where they begin to differ.
fn apart(a: &str, b: &str) -> (String, String) {
    let at = a.bytes().zip(b.bytes()).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len())).saturating_sub(60);
    let part = |text: &str| {
        let bytes = text.as_bytes();
        String::from_utf8_lossy(&bytes[at.min(bytes.len())..bytes.len().min(at + 200)]).into_owned()
    };
    (part(a), part(b))
}

/// Hundredths of a px.
fn rounded(v: f32) -> i64 {
    (f64::from(v) * 100.0).round() as i64
}

/// Lines, runs with their glyphs, fragments and texts, each as text.
fn content(content: &InlineContent, map: impl Fn(BoxId) -> Option<BoxId>) -> Vec<String> {
    let mut out = Vec::new();
    for l in &content.lines {
        let figures = [l.x, l.y, l.width, l.height, l.baseline].map(rounded);
        out.push(format!("line {figures:?} runs {} + {}", l.first_run, l.run_count));
    }
    for f in &content.fragments {
        let figures = [f.x, f.y, f.width, f.height].map(rounded);
        out.push(format!("fragment {:?} {} {figures:?} {} {}", map(f.id), f.line, f.is_first, f.is_last));
    }
    for t in &content.texts {
        let figures = [t.x, t.y, t.width, t.height].map(rounded);
        out.push(format!("text {:?} {} {figures:?}", t.node, t.line));
    }
    out.extend(content.runs.iter().map(|r| run(r, &map)));
    out
}

fn run(r: &GlyphRun, map: &impl Fn(BoxId) -> Option<BoxId>) -> String {
    let figures = [r.size, r.x, r.baseline, r.width, r.ascent, r.descent].map(rounded);
    let glyphs: Vec<_> =
        r.glyphs.iter().map(|g| (g.id, rounded(g.x), rounded(g.y), rounded(g.advance), g.cluster)).collect();
    format!(
        "run {:?} of {:?} {:?} {:?} {:?} {figures:?} {glyphs:?}",
        r.node,
        map(r.owner),
        r.face,
        r.synthetic_bold,
        r.synthetic_italic,
    )
}
