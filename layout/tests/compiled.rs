//! Sheets loaded from their compiled form beside the same sheets read from their text: each property with every kind of
//! value, and random trees.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/chromium.rs"]
mod chromium;
mod support;
#[path = "support/trees/mod.rs"]
#[allow(dead_code)] // other tests use more of it
mod trees;

use pellicle_layout::compiled::{CompiledError, CompiledPackage, Compiler};
use pellicle_layout::css::declaration::DeclaredValue;
use pellicle_layout::css::properties::{PropertyId, inherit_all};
use pellicle_layout::css::{Sheet, SheetFile, SheetLoader, Viewport, parse_sheet, parse_style_attribute};
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_layout::document::Dirty;
use pellicle_layout::style::cascade::initial;
use pellicle_layout::style::{ComputedStyle, StyleEngine};
use pellicle_layout::text::{FontBook, FontPolicy};
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use support::{Page, Pictures, oracle_fonts};
use trees::grow::grow;
use trees::random::Random;
use trees::tree::{Piece, Rule};
use trees::values::TABLE;

/// Tells a compiler what the sheet was read as.
struct Compiling(Compiler);

impl SheetLoader for Compiling {
    fn load(&self, _: &str, _: &str) -> Option<(Arc<str>, String)> {
        None
    }

    fn parsed(&self, path: &str, text: &str, file: &SheetFile) {
        self.0.sheet(path, text, file);
    }
}

/// Loads what was compiled, and counts the files that were read from their text all the same.
struct Loading(CompiledPackage, Cell<usize>);

impl SheetLoader for Loading {
    fn load(&self, _: &str, _: &str) -> Option<(Arc<str>, String)> {
        None
    }

    fn compiled(&self, path: &str, text: &str) -> Result<Option<SheetFile>, CompiledError> {
        self.0.sheet(path, text)
    }

    fn parsed(&self, _: &str, _: &str, _: &SheetFile) {
        self.1.set(self.1.get() + 1);
    }
}

const PATH: &str = "a.wxss";

/// The bytes that a sheet is compiled to, and what reading its text gives.
fn compile(text: &str) -> (Vec<u8>, (Sheet, Vec<Diagnostic>)) {
    let compiling = Compiling(Compiler::new());
    let parsed = parse_sheet(PATH, text, &compiling);
    assert_eq!(compiling.0.files(), [(PATH.to_owned(), true)], "the sheet was left to its text");
    (compiling.0.finish().unwrap(), parsed)
}

/// A sheet from its compiled form, which is checked to be the one from its text.
fn through_bytes(text: &str) -> (Sheet, Sheet) {
    let (bytes, parsed) = compile(text);
    let loading = Loading(CompiledPackage::open(bytes.into()).unwrap(), Cell::new(0));
    let loaded = parse_sheet(PATH, text, &loading);
    assert_eq!(loading.1.get(), 0, "the text was read");
    assert_eq!(parsed, loaded);
    (parsed.0, loaded.0)
}

/// Values of many types, tried with every property.
const VALUES: &[&str] = &[
    "0",
    "1",
    "3",
    "2.5",
    "-3",
    "450",
    "1px",
    "-2.5rpx",
    "3em",
    "10%",
    "1px 2px",
    "calc(1px + 2% - 3em)",
    "calc(2 * 3)",
    "calc(infinity)",
    "min(10px, 50%)",
    "max(1vw, 2%, 3rem)",
    "clamp(1px, 2% + 3px, 40vh)",
    "calc(1px + min(2%, 3px) + max(4%, 5px))",
    "env(safe-area-inset-top, 3px)",
    "red",
    "#12345678",
    "currentcolor",
    "rgba(1, 2, 3, .5)",
    "hsl(30deg 40% 50% / 60%)",
    "url(a.png)",
    "url(a.png), none",
    "linear-gradient(to top right, red, 30%, blue 40% calc(50% - 1px), lime)",
    "repeating-linear-gradient(30deg, red 1px, blue 3px)",
    "radial-gradient(red, blue)",
    "radial-gradient(circle 3px at 1% bottom 2px, red, blue)",
    "radial-gradient(3px min(4%, 5px) at right 1px top 2px, red, blue)",
    "radial-gradient(closest-side, red, blue)",
    "conic-gradient(from 3deg at 1px 2px, red, 20%, blue)",
    "1s",
    "-20ms, 1s",
    "steps(3, jump-none), ease",
    "cubic-bezier(.1, -2, .3, 4)",
    "infinite, 2.5",
    "paused, running",
    "alternate-reverse, normal",
    "both, none",
    "45deg",
    "x 3deg",
    "1 2 3 4deg",
    "\"text\" attr(name) url(a.png)",
    "name, \"other name\", all",
    "1 / 2",
    "span 2",
    "span name 3",
    "name -2",
    "[a] 1fr repeat(2, [b c] minmax(1px, auto) fit-content(3%)) min-content",
    "repeat(auto-fit, minmax(min(1px, 2%), 1fr))",
    "repeat(auto-fill, 20px)",
    "\"a b\" \"a .\"",
    "row dense",
    "2px 10%",
    "auto 10%",
    "cover, contain, 1px auto",
    "right 3px",
    "bottom calc(3px + 4%)",
    "left 10% bottom 20px",
    "round space, no-repeat",
    "no-repeat, repeat",
    "repeat-x",
    "fixed, scroll",
    "text, border-box",
    "padding-box, content-box",
    "exclude, add",
    "luminance, alpha",
    "translate(1px, min(2px, 3%)) rotate3d(1, 2, 3, 4deg) scale(2, 30%) skewX(4deg)",
    "matrix(1, 2, 3, 4, 5, 6) perspective(3px) translate3d(1px, 2%, 3px)",
    "matrix3d(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)",
    "1px 2px 3px",
    "1px 2% 3px",
    "blur(2px) drop-shadow(1px 2px 3px red) sepia(50%) hue-rotate(4deg) brightness(3)",
    "contrast(2) saturate(3) grayscale(1) invert(.5) opacity(.5)",
    "1px 2px 3px 4px red inset, 5px 6px",
    "1px 2px 3px red, 5px 6px",
    "polygon(evenodd, 1px 2%, 3px 4px, calc(5% + 6px) 7px)",
    "circle(3px at 1px 2px) content-box",
    "ellipse(closest-side 3%)",
    "inset(1px 2% round 3px / 4px)",
    "underline overline line-through",
    "layout paint",
    "wrap balance",
    "Name, serif, system-ui",
    "transform, opacity",
];

/// Each property with the values that it takes: the lists of values that there are for other tests, the keywords of its
/// grammar, and [`VALUES`]. A property or a type that is new is among them without being written here.
fn samples() -> BTreeSet<String> {
    let computed = include_str!("data/computed.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut samples: BTreeSet<String> =
        computed.filter_map(|line| line.split('\t').next()).map(|text| text.trim_end_matches(';').to_owned()).collect();
    let mut random = Random(7);
    for row in TABLE {
        for pattern in row.values {
            samples.insert(format!("{}: {}", row.property.name(), random.value(pattern)));
        }
    }
    for id in PropertyId::ALL {
        let grammar = id.grammar();
        let keywords = grammar.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let keywords = keywords.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-'));
        for value in keywords.chain(VALUES.iter().copied()) {
            samples.insert(format!("{}: {value}", id.name()));
        }
    }
    samples.retain(|text| !parse_style_attribute(text, &Arc::from(PATH)).0.is_empty());
    samples
}

/// What every property computes to.
fn computed(engine: &mut StyleEngine, sheet: &Sheet, rule: usize, parent: &ComputedStyle) -> ComputedStyle {
    let mut base = initial().clone();
    inherit_all(&mut base, parent);
    engine.keyframe_style(&sheet.rules[rule].block, &base, parent)
}

#[test]
fn every_value_of_every_property_is_what_it_was() {
    let samples = samples();
    let text: String = samples.iter().map(|sample| format!(".a {{ {sample} }}\n")).collect();
    let (parsed, loaded) = through_bytes(&text);
    assert_eq!(parsed.rules.len(), samples.len());

    let mut engine = StyleEngine::new(Viewport::default());
    let (block, _) = parse_style_attribute("font-size: 20px; color: #123456", &Arc::from(PATH));
    let root = ComputedStyle::default();
    let parent = engine.keyframe_style(&block, initial(), &root);
    let mut values: BTreeMap<PropertyId, BTreeSet<String>> = BTreeMap::new();
    for (n, sample) in samples.iter().enumerate() {
        let styles = [&parsed, &loaded].map(|sheet| computed(&mut engine, sheet, n, &parent));
        assert!(styles[0] == styles[1], "{sample}");
        for declaration in &loaded.rules[n].block.declarations {
            if let DeclaredValue::Value(value) = &declaration.value {
                values.entry(declaration.property).or_default().insert(format!("{value:?}"));
            }
        }
    }
    let few: Vec<_> = PropertyId::ALL.iter().filter(|id| values.get(id).is_none_or(|v| v.len() < 2)).collect();
    assert!(few.is_empty(), "hardly a value for {few:?}");
    let all: usize = values.values().map(BTreeSet::len).sum();
    println!("{} declarations, {all} values of {} properties", samples.len(), values.len());
}

/// Expressions stand in a table of the process once they are computed; where in it is nothing to be stored.
#[test]
fn what_is_stored_does_not_depend_on_what_was_computed_before() {
    let text = ".a { width: min(10px, 50%); translate: clamp(1px, 2%, 3em) max(4%, 5px); margin: max(6%, 7px) auto }";
    let (before, (sheet, _)) = compile(text);
    let mut engine = StyleEngine::new(Viewport::default());
    for n in 0..50 {
        let other = format!(".a {{ width: min({n}px, 51%); left: max({n}%, 3px) }}");
        let (other, _) = parse_sheet(PATH, &other, &Compiling(Compiler::new()));
        computed(&mut engine, &other, 0, initial());
    }
    computed(&mut engine, &sheet, 0, initial());
    assert!(compile(text).0 == before);
    let (parsed, loaded) = through_bytes(text);
    assert_eq!(computed(&mut engine, &parsed, 0, initial()), computed(&mut engine, &loaded, 0, initial()));
}

/// Makes a rule of the style of each element that has no class yet.
fn into_rules(pieces: &mut [Piece], rules: &mut Vec<Rule>) {
    for piece in pieces {
        if let Piece::Element(element) = piece {
            if element.class.is_empty() && !element.style.is_empty() {
                element.class = format!("e{}", rules.len());
                let selector = format!(".{}", element.class);
                rules.push(Rule { selector, style: std::mem::take(&mut element.style) });
            }
            into_rules(&mut element.children, rules);
        }
    }
}

/// The styles of all nodes, and the rectangles of all elements.
type Shown = (Vec<[Option<Arc<ComputedStyle>>; 3]>, Vec<Option<[f32; 4]>>);

fn shown(sheet: Sheet, markup: &str, fonts: FontBook) -> Shown {
    let viewport = pellicle_layout::flow::Viewport { width: 375.0, height: 667.0 };
    let mut page = Page::styled("", markup, fonts, viewport, Pictures(Some((60.0, 40.0))));
    page.styles.set_app_sheet(Arc::new(sheet));
    page.doc.mark(page.elements[0], Dirty::STYLE_SUBTREE);
    page.layout();
    let styles = page.doc.nodes().map(|node| [node.style.clone(), node.before.clone(), node.after.clone()]).collect();
    let rectangle = |n: usize| page.rect(n).map(|r| [r.x, r.y, r.width, r.height]);
    (styles, (0..page.elements.len() - 1).map(rectangle).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_trees_are_styled_and_laid_out_alike(seed in any::<u64>()) {
        let mut tree = grow(seed);
        into_rules(&mut tree.pieces, &mut tree.rules);
        let (parsed, loaded) = through_bytes(&tree.sheet());
        let fonts = || oracle_fonts().unwrap_or_else(|| FontBook::new(FontPolicy::Author).unwrap());
        let parsed = shown(parsed, &tree.markup(), fonts());
        let loaded = shown(loaded, &tree.markup(), fonts());
        prop_assert_eq!(parsed.1, loaded.1, "{}", tree.line());
        prop_assert!(parsed.0 == loaded.0, "{}", tree.line());
    }
}
