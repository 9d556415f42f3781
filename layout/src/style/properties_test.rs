//! Any edits: incremental restyling gives what restyling everything gives.

use super::testing::Fixture;
use super::{ComputedStyle, StyleEngine};
use crate::css::{NoImports, parse_sheet};
use crate::document::{Dirty, ElementState, NodeId, ScopeId};
use proptest::prelude::*;
use std::sync::Arc;

/// A property for each rule, so that every rule shows.
const PROPERTIES: &[&str] = &[
    "order: 7",
    "z-index: 7",
    "width: 7px",
    "height: 7px",
    "letter-spacing: 7px",
    "margin-top: 7px",
    "margin-left: 7px",
    "padding-top: 7px",
    "top: 7px",
    "color: red",
    "display: flex",
    "display: contents",
    "text-indent: 7px",
    "--a: 7px",
    "left: var(--a)",
    "font-size: 7px",
    "min-width: inherit",
    "min-width: 3em",
    "float: left",
    "text-decoration: underline",
];

fn simple() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![".a", ".b", ".c", ".d"]),
        1 => prop::sample::select(vec!["view", "text", "#i", "#j", "*"]),
        3 => prop::sample::select(vec![
            "[p]", "[q=x]", "[class*=a]", ":active", ":focus", ":focus-within", ":disabled", ":enabled", ":empty", ":first-child",
            ":last-child", ":only-child", ":nth-child(2n)", ":nth-last-child(2)", ":nth-of-type(2)", ":not(.a)", ":not(:first-child)",
            ":nth-child(2n of .a)", ":nth-last-child(1 of .b, .c:empty)", ":host(.a)", ":host-context(.b)", ":where(.a ~ .b)",
            ":nth-last-of-type(2n + 1)", ":only-of-type", ":is(.a, :unknown)", ":not(.a .b)", ":is(.a > .b, .c)", ":not(:empty)", ":root", ":host",
        ]),
    ]
    .prop_map(str::to_owned)
}

fn compound() -> impl Strategy<Value = String> {
    prop::collection::vec(simple(), 1..3).prop_map(|mut parts| {
        // Types come first.
        parts.sort_by_key(|p| p.starts_with(['.', '#', '[', ':']));
        let named = |p: &String| !p.starts_with(['.', '#', '[', ':']);
        if parts.len() == 2 && parts.iter().all(named) {
            parts.pop();
        }
        parts.concat()
    })
}

fn selector() -> impl Strategy<Value = String> {
    let combinator = prop::sample::select(vec![" ", " > ", " + ", " ~ "]);
    (compound(), prop::collection::vec((combinator, compound()), 0..3), prop::option::weighted(0.1, Just("::before")))
        .prop_map(|(first, rest, pseudo)| {
            let mut text = first;
            for (combinator, compound) in rest {
                text.push_str(combinator);
                text.push_str(&compound);
            }
            text + pseudo.unwrap_or("")
        })
}

fn sheet() -> impl Strategy<Value = String> {
    prop::collection::vec(selector(), 1..PROPERTIES.len()).prop_map(|selectors| {
        let rules = selectors.iter().zip(PROPERTIES).map(|(s, p)| format!("{s} {{ {p}; content: \"x\" }}\n"));
        rules.collect()
    })
}

#[derive(Clone, Debug)]
enum Edit {
    Classes(usize, u8),
    Id(usize, u8),
    Attribute(usize, bool, u8),
    Style(usize, u8),
    State(usize, u8),
    Text(usize, bool),
    Insert(usize, usize, u8),
    Move(usize, usize, usize),
    Remove(usize),
    Restyle,
}

fn edit() -> impl Strategy<Value = Edit> {
    let n = 0..1000usize;
    prop_oneof![
        4 => (n.clone(), any::<u8>()).prop_map(|(n, c)| Edit::Classes(n, c)),
        1 => (n.clone(), 0..3u8).prop_map(|(n, c)| Edit::Id(n, c)),
        2 => (n.clone(), any::<bool>(), 0..4u8).prop_map(|(n, p, v)| Edit::Attribute(n, p, v)),
        1 => (n.clone(), 0..3u8).prop_map(|(n, v)| Edit::Style(n, v)),
        2 => (n.clone(), 0..6u8).prop_map(|(n, v)| Edit::State(n, v)),
        1 => (n.clone(), any::<bool>()).prop_map(|(n, v)| Edit::Text(n, v)),
        3 => (n.clone(), n.clone(), any::<u8>()).prop_map(|(a, b, c)| Edit::Insert(a, b, c)),
        2 => (n.clone(), n.clone(), n.clone()).prop_map(|(a, b, c)| Edit::Move(a, b, c)),
        1 => n.prop_map(Edit::Remove),
        2 => Just(Edit::Restyle),
    ]
}

fn class_text(bits: u8) -> String {
    ["a", "b", "c", "d", "2:a", "2:b"]
        .iter()
        .enumerate()
        .filter(|(i, _)| bits & (1 << i) != 0)
        .map(|(_, c)| format!("{c} "))
        .collect()
}

/// Carries an edit out at once, so that the next one sees it.
fn carry_out(f: &mut Fixture, edit: &Edit) {
    let elements: Vec<NodeId> = f.doc.nodes().filter(|n| n.is_element()).map(|n| n.id).collect();
    let pick = |n: usize| elements[n % elements.len()];
    let not_root = |n: usize, f: &Fixture| Some(pick(n)).filter(|&id| id != f.root);
    match *edit {
        Edit::Classes(n, bits) => f.set_classes(pick(n), 0, &class_text(bits)),
        Edit::Id(n, id) => f.set_id(pick(n), ["", "i", "j"][id as usize]),
        Edit::Attribute(n, p, value) => {
            let value = [None, Some("x"), Some("true"), Some("false")][value as usize];
            f.set_attribute(pick(n), if p { "p" } else { "q" }, value);
            if value != Some("x") {
                f.set_attribute(pick(n), "disabled", value);
            }
        }
        Edit::Style(n, v) => {
            f.set_style(pick(n), ["", "display: inline-flex", "height: inherit; --a: 1px"][v as usize])
        }
        Edit::State(n, v) => {
            let bits = [ElementState::ACTIVE, ElementState::FOCUS, ElementState::HOVER][v as usize / 2];
            f.doc.set_state(pick(n), bits, v % 2 == 0);
        }
        Edit::Text(n, empty) => {
            let texts: Vec<NodeId> = f.doc.nodes().filter(|n| !n.is_element()).map(|n| n.id).collect();
            if !texts.is_empty() {
                f.set_text(texts[n % texts.len()], if empty { "" } else { "t" });
            }
        }
        Edit::Insert(parent, before, bits) => {
            let parent = pick(parent);
            let children = &f.doc.node(parent).unwrap().children;
            let before = children.get(before % (children.len() + 1)).copied();
            let node = match bits % 8 {
                0 => f.create_text(""),
                1 => f.create_text("t"),
                2 => f.create("text"),
                3 => f.create("scroll-view"),
                _ => f.create("view"),
            };
            if bits % 8 > 1 {
                f.set_classes(node, 0, &class_text(bits / 8));
                if bits % 8 == 4 {
                    f.set_scope(node, 2, if bits & 16 != 0 { 2 } else { 0 });
                }
            }
            f.insert(parent, node, before);
        }
        Edit::Move(node, parent, before) => {
            let Some(node) = not_root(node, f) else { return };
            let parent = pick(parent);
            let inside = parent == node || f.doc.ancestors(parent).any(|a| a.id == node);
            if !inside && f.doc.ancestors(parent).count() < 20 {
                let children = &f.doc.node(parent).unwrap().children;
                let before = children.get(before % (children.len() + 1)).copied().filter(|&b| b != node);
                f.insert(parent, node, before);
            }
        }
        Edit::Remove(n) => {
            if let Some(node) = not_root(n, f) {
                f.remove(node);
            }
        }
        Edit::Restyle => return f.restyle(),
    }
    f.apply();
}

type Styles = Vec<(NodeId, Option<Arc<ComputedStyle>>, Option<Arc<ComputedStyle>>)>;

fn styles(f: &Fixture) -> Styles {
    f.doc.nodes().map(|n| (n.id, n.style.clone(), n.before.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn incremental_restyling_equals_fresh_restyling(sheet in sheet(), component in sheet(), edits in prop::collection::vec(edit(), 1..40)) {
        let markup = "<view class=\"a\"><view class=\"b\"><text/>t</view><view class=\"c\"/></view><view class=\"d\"/>";
        let mut f = Fixture::new(&sheet, markup);
        f.component(2, &component, false);
        f.restyle();
        for edit in &edits {
            carry_out(&mut f, edit);
        }
        f.restyle();
        let incremental = styles(&f);
        f.engine = StyleEngine::new(*f.engine.viewport());
        f.engine.set_app_sheet(Arc::new(parse_sheet("app.wxss", &sheet, &NoImports).0));
        f.engine.set_component_sheet(ScopeId(2), Arc::new(parse_sheet("component.wxss", &component, &NoImports).0), false);
        f.doc.mark(f.root, Dirty::STYLE_SUBTREE);
        f.restyle();
        for (incremental, fresh) in incremental.iter().zip(styles(&f)) {
            prop_assert_eq!(incremental.0, fresh.0);
            let (a, b) = (&incremental.1, &fresh.1);
            prop_assert!(a == b, "{:?} {:?}", fresh.0, difference(a, b));
            prop_assert!(incremental.2 == fresh.2, "before of {:?} {:?}", fresh.0, difference(&incremental.2, &fresh.2));
        }
    }
}

fn difference(a: &Option<Arc<ComputedStyle>>, b: &Option<Arc<ComputedStyle>>) -> Vec<String> {
    let (Some(a), Some(b)) = (a, b) else { return vec![format!("{} {}", a.is_some(), b.is_some())] };
    let differing = crate::css::PropertyId::ALL.iter().filter(|id| id.differs(a, b));
    differing
        .map(|id| {
            let (mut old, mut new) = (String::new(), String::new());
            id.write(a, &mut old);
            id.write(b, &mut new);
            format!("{}: {old} is to be {new}", id.name())
        })
        .collect()
}
