//! Incremental layout equals fresh layout after any edits.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod support;

use pellicle_layout::document::{Commit, NodeId, Op};
use pellicle_layout::flow::{LayoutEngine, NoReplacedSizes};
use pellicle_layout::text::{FontBook, FontPolicy};
use proptest::prelude::*;
use support::Page;

const STYLES: &[&str] = &[
    "",
    "display:flex",
    "width:100px",
    "height:50%",
    "float:left;width:40px;height:30px",
    "position:absolute;top:5px;right:3px",
    "display:inline-block;padding:4px",
    "margin:10px 5px",
    "display:none",
    "font-size:20px",
    "display:flex;flex-direction:column;align-items:center",
    "flex:1",
    "overflow:hidden",
    "position:relative;left:3px",
    "display:contents",
    "height:40px",
    "text-align:center",
    "clear:left",
    "display:inline",
    "width:50%;padding:3px",
    "white-space:nowrap",
    "position:absolute",
    "order:-1",
    "min-height:30px",
    "display:inline-flex",
    "position:fixed;bottom:0",
    "display:grid;grid-template-columns:1fr 50px",
    "color:red",
    "transform:translate(3px,4px)",
    "display:table-cell",
    "position:sticky;top:0",
    "box-shadow:0 0 4px 3px",
    "overflow-x:hidden",
    "line-height:40px",
];
const TAGS: &[&str] = &["view", "text", "view", "scroll-view", "image", "checkbox", "swiper", "swiper-item", "input"];
const TEXTS: &[&str] = &["word ", "two words", " ", "x", "\u{4e2d}\u{6587}"];

#[derive(Clone, Debug)]
enum Edit {
    InsertText(usize, usize, usize),
    InsertElement(usize, usize, usize, usize),
    Remove(usize),
    Style(usize, usize),
    Text(usize, String),
    Move(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let n = any::<usize>;
    prop_oneof![
        2 => (n(), n(), n()).prop_map(|(at, text, before)| Edit::InsertText(at, text, before)),
        3 => (n(), n(), n(), n()).prop_map(|(at, tag, style, before)| Edit::InsertElement(at, tag, style, before)),
        1 => n().prop_map(Edit::Remove),
        4 => (n(), n()).prop_map(|(at, style)| Edit::Style(at, style)),
        2 => (n(), "[a-c ]{0,12}").prop_map(|(at, text)| Edit::Text(at, text)),
        1 => (n(), n()).prop_map(|(at, to)| Edit::Move(at, to)),
    ]
}

/// All nodes in document order.
fn nodes(page: &Page) -> Vec<NodeId> {
    let mut out = Vec::new();
    let mut stack = vec![page.elements[0]];
    while let Some(node) = stack.pop() {
        out.push(node);
        stack.extend(page.doc.node(node).unwrap().children.iter().rev());
    }
    out
}

fn perform(page: &mut Page, edit: &Edit) {
    let nodes = nodes(page);
    let root = page.elements[0];
    let is_element = |page: &Page, n: NodeId| page.doc.node(n).unwrap().is_element();
    let elements: Vec<NodeId> = nodes.iter().copied().filter(|&n| is_element(page, n)).collect();
    let texts: Vec<NodeId> = nodes.iter().copied().filter(|&n| !is_element(page, n)).collect();
    let pick = |list: &[NodeId], at: usize| list[at % list.len()];
    let mut commit = Commit::default();
    let before = |page: &Page, parent: NodeId, at: usize| {
        let children = &page.doc.node(parent).unwrap().children;
        if children.is_empty() || at.is_multiple_of(3) { NodeId::NONE } else { pick(children, at) }
    };
    match edit {
        Edit::InsertText(at, text, place) => {
            let parent = pick(&elements, *at);
            let node = page.text(&mut commit, TEXTS[text % TEXTS.len()]);
            commit.ops.push(Op::Insert { parent, node, before: before(page, parent, *place) });
        }
        Edit::InsertElement(at, tag, style, place) => {
            let parent = pick(&elements, *at);
            let node = page.element(&mut commit, TAGS[tag % TAGS.len()], STYLES[style % STYLES.len()]);
            commit.ops.push(Op::Insert { parent, node, before: before(page, parent, *place) });
        }
        Edit::Remove(at) => {
            let node = pick(&nodes, *at);
            if node != root {
                commit.ops.push(Op::Remove { node });
            }
        }
        Edit::Style(at, style) => {
            let node = pick(&elements, *at);
            let text = commit.push_text(STYLES[style % STYLES.len()]);
            commit.ops.push(Op::SetStyle { node, text });
        }
        Edit::Text(at, text) => {
            if !texts.is_empty() {
                let text = commit.push_text(text);
                commit.ops.push(Op::SetText { node: pick(&texts, *at), text });
            }
        }
        Edit::Move(at, to) => {
            let (node, parent) = (pick(&nodes, *at), pick(&elements, *to));
            let inside = page.doc.ancestors(parent).any(|a| a.id == node);
            if node != root && node != parent && !inside {
                commit.ops.push(Op::Insert { parent, node, before: NodeId::NONE });
            }
        }
    }
    page.apply(commit);
}

/// What layout says about every node, as text.
fn picture(page: &Page, engine: &LayoutEngine) -> Vec<String> {
    let tree = engine.box_tree();
    let describe = |node: NodeId| {
        let Some(id) = tree.principal(node) else { return format!("{node:?} no box") };
        let (r, shown) = (tree.bounding_rect(id), tree.get(id).unwrap());
        let content = (shown.layout.content_width, shown.layout.content_height);
        let colours: Vec<_> = shown.inline.iter().flat_map(|c| &c.runs).map(|r| r.style.color).collect();
        let ink = tree.ink(id).map(|ink| (ink.area, ink.placed_outside.len(), ink.sticks));
        format!(
            "{node:?} {:.2} {:.2} {:.2} {:.2} content {content:.2?} children {} colour {:?} runs {colours:?} ink {ink:.1?}",
            r.x,
            r.y,
            r.width,
            r.height,
            shown.children.len(),
            shown.style.color,
        )
    };
    nodes(page).into_iter().map(describe).collect()
}

fn markup(page: &Page, node: NodeId) -> String {
    let n = page.doc.node(node).unwrap();
    match n.text() {
        Some(text) => format!("{text:?}"),
        None => {
            let inside: String = n.children.iter().map(|&c| markup(page, c)).collect();
            let (tag, style) = (page.doc.tag_name(node), n.inline_style.as_deref().unwrap_or(""));
            format!("<{tag} {} {style:?}>{inside}</{tag}>", node.0)
        }
    }
}

fn book() -> FontBook {
    FontBook::new(FontPolicy::Author).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]
    #[test]
    fn incremental_layout_equals_fresh_layout(
        batches in proptest::collection::vec(proptest::collection::vec(edit(), 1..4), 1..14)
    ) {
        let start = "<view>start</view><view style=\"display:flex\"><view>a</view><text>b</text></view>";
        let mut page = Page::new(start, book());
        for batch in &batches {
            batch.iter().for_each(|edit| perform(&mut page, edit));
            page.layout();
            let got = picture(&page, &page.engine);
            let mut fresh = LayoutEngine::new(book());
            fresh.layout(&mut page.doc, page.viewport, &NoReplacedSizes);
            let want = picture(&page, &fresh);
            let differing: Vec<_> = got.iter().zip(&want).filter(|(a, b)| a != b).collect();
            prop_assert!(differing.is_empty(), "{differing:#?}\nin {}", markup(&page, page.elements[0]));
            prop_assert_eq!(page.engine.box_tree().len(), fresh.box_tree().len());
        }
    }
}

#[test]
fn lines_hold_their_own_glyphs_and_no_room_for_others() {
    for (text, style) in [("word", "word-break:break-all"), ("\u{627}\u{628}", "direction:rtl;overflow-wrap:anywhere")]
    {
        let markup = format!("<view style=\"width:100px;{style}\">{}</view>", text.repeat(2000));
        let page = Page::new(&markup, FontBook::new(FontPolicy::Author).unwrap());
        let (mut lines, mut glyphs, mut room) = (0, 0, 0);
        for content in page.engine.box_tree().iter().filter_map(|(_, b)| b.inline.as_ref()) {
            lines += content.lines.len();
            glyphs += content.runs.iter().map(|r| r.glyphs.len()).sum::<usize>();
            room += content.runs.iter().map(|r| r.glyphs.capacity()).sum::<usize>();
        }
        assert!(lines > 100 && glyphs > 2000 && room == glyphs, "{text}: {lines} {glyphs} {room}");
    }
}
