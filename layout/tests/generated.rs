//! Random trees over the whole property table, box for box as in Chromium.
//!
//! - `PELLICLE_SEEDS=0..2000` runs these seeds instead of the suite's own.
//! - `PELLICLE_SHRINK=N` makes N trees with a box off small in any case.
//! - `PELLICLE_TREES=FILE` takes the kept cases from a file and prints all boxes of each.
//! - `UPDATE=1` writes how many boxes agree by property into the page of supported CSS, `CSS.md`.
//!
//! When too few boxes agree, trees with a box off are made as small as they can be and printed as lines for
//! `data/generated-kept.txt`. What is kept there runs each time.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/chromium.rs"]
mod chromium;
mod support;
#[path = "support/trees/mod.rs"]
mod trees;

use chromium::Chromium;
use pellicle_layout::css::properties::PropertyId;
use pellicle_layout::css::sheet::{NoImports, parse_sheet};
use pellicle_layout::document::Dirty;
use std::ops::Range;
use trees::compare::{Agreement, Pair, pairs};
use trees::grow::grow;
use trees::random::Random;
use trees::shrink::steps;
use trees::tree::{Tree, head};
use trees::values::TABLE;

/// What stands around the table on the page.
const BEGIN: &str = "<!-- agreement:begin -->";
const END: &str = "<!-- agreement:end -->";
const ABOUT: &str = "Random trees over the whole table (`tests/generated.rs`), laid out here and in Chromium: of the boxes that have the \
                     property, or whose parent has it, those within 1 px in place and size. One box that is off moves those \
                     behind it, so a share says less of the property than of trees with it.";

/// Seeds of the suite.
const SEEDS: Range<u64> = 0..300;
/// Boxes within 1 px that are asked for, of 100. What differs is in `data/generated-kept.txt`.
const SHARE: f64 = 99.5;
/// Trees laid out in one request.
const BATCH: usize = 50;
/// Smaller trees laid out in one request.
const STEPS: usize = 12;
/// Trees with a box off that are made small and printed when too few boxes agree.
const SHRUNK: usize = 10;

fn browser() -> Option<Chromium> {
    if support::oracle_fonts().is_none() {
        println!("not run: DejaVu Sans and Droid Sans Fallback are not installed");
        return None;
    }
    let mut browser = Chromium::start()?;
    browser.open(&head(), 375, 667, 1.0);
    Some(browser)
}

fn seeds() -> Range<u64> {
    let Ok(text) = std::env::var("PELLICLE_SEEDS") else { return SEEDS };
    let range = text.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    range.expect("PELLICLE_SEEDS is FROM..TO")
}

fn agree(pairs: &[Pair]) -> bool {
    pairs.iter().all(Pair::agrees)
}

/// The boxes of a tree in a document that nothing stood in before: what a browser answers can depend on what it
/// laid out in the same body earlier.
fn alone(browser: &mut Chromium, tree: &Tree) -> Vec<Pair> {
    browser.open(&head(), 375, 667, 1.0);
    pairs(browser, std::slice::from_ref(tree)).remove(0)
}

/// A small tree, found by leaving things out, that still has a box off.
fn shrunk(browser: &mut Chromium, mut tree: Tree) -> Tree {
    loop {
        let before = tree.clone();
        let mut at = 0;
        loop {
            let smaller = steps(&tree);
            let Some(batch) = smaller.get(at..(at + STEPS).min(smaller.len())).filter(|b| !b.is_empty()) else { break };
            match pairs(browser, batch).iter().position(|pairs| !agree(pairs)) {
                // What was left out before can stay: the rest is tried from here.
                Some(found) => {
                    tree = batch[found].clone();
                    at += found;
                }
                None => at += STEPS,
            }
        }
        if tree == before {
            return tree;
        }
    }
}

/// A tree with the boxes that are off.
fn describe_off(tree: &Tree, pairs: &[Pair]) -> String {
    describe(tree, pairs, |pair| !pair.agrees())
}

fn describe(tree: &Tree, pairs: &[Pair], is_shown: impl Fn(&Pair) -> bool) -> String {
    let mut out = tree.line();
    for (n, pair) in pairs.iter().enumerate().filter(|(_, pair)| is_shown(pair)) {
        out += &format!("\n    element {n}: {}", pair.describe());
    }
    out
}

#[test]
fn boxes_of_random_trees_are_as_in_chromium() {
    let Some(mut browser) = browser() else { return };
    let mut agreement = Agreement::default();
    let mut failing: Vec<(u64, Tree, usize)> = Vec::new();
    let seeds: Vec<u64> = seeds().collect();
    for seeds in seeds.chunks(BATCH) {
        let trees: Vec<Tree> = seeds.iter().map(|&seed| grow(seed)).collect();
        let answers = pairs(&mut browser, &trees);
        for ((&seed, tree), mut pairs) in seeds.iter().zip(trees).zip(answers) {
            if !agree(&pairs) {
                pairs = alone(&mut browser, &tree);
            }
            agreement.count(&tree, &pairs);
            let off = pairs.iter().filter(|pair| !pair.agrees()).count();
            if off > 0 {
                failing.push((seed, tree, off));
            }
        }
    }
    println!("{}", agreement.table());
    println!(
        "{} of {} boxes agree ({:.2} %), {} of them with other lines; {} of {} trees have a box off",
        agreement.within,
        agreement.boxes,
        agreement.share(),
        agreement.other_lines,
        failing.len(),
        seeds.len()
    );
    let limit = std::env::var("PELLICLE_SHRINK").ok().and_then(|n| n.parse().ok());
    let limit = limit.unwrap_or(if agreement.share() < SHARE { SHRUNK } else { 0 });
    // Small trees are soon smaller still.
    failing.sort_by_key(|(_, tree, _)| tree.elements().len());
    for (seed, tree, off) in failing.into_iter().take(limit) {
        let small = shrunk(&mut browser, tree);
        let pairs = alone(&mut browser, &small);
        println!("seed {seed} ({off} off): {}", describe_off(&small, &pairs));
    }
    if std::env::var_os("UPDATE").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/CSS.md");
        let page = std::fs::read_to_string(file).unwrap();
        let (before, rest) = page.split_once(BEGIN).unwrap();
        let (_, after) = rest.split_once(END).unwrap();
        let text = format!("{before}{BEGIN}\n\n{ABOUT}\n\n{}\n{END}{after}", agreement.table());
        std::fs::write(file, text).unwrap();
    }
    assert!(agreement.share() >= SHARE, "{:.2} % of boxes agree, {SHARE} % are asked for", agreement.share());
}

/// Cases that are kept; a comment `# differs: REASON` stands above one that is not as in Chromium.
#[test]
fn kept_cases_are_as_in_chromium() {
    let Some(mut browser) = browser() else { return };
    let mut wrong = Vec::new();
    let mut differs = false;
    let file = std::env::var_os("PELLICLE_TREES");
    let cases = file.as_ref().map_or_else(
        || include_str!("data/generated-kept.txt").to_owned(),
        |file| std::fs::read_to_string(file).expect("PELLICLE_TREES is a file"),
    );
    for line in cases.lines().filter(|line| !line.is_empty()) {
        if line.starts_with('#') {
            differs = line.starts_with("# differs:");
            continue;
        }
        let tree = Tree::parse(line);
        let pairs = pairs(&mut browser, std::slice::from_ref(&tree)).remove(0);
        if file.is_some() {
            println!("{}", describe(&tree, &pairs, |_| true));
        }
        if agree(&pairs) == differs {
            wrong.push(if differs {
                format!("{line}\n    is as in Chromium now")
            } else {
                describe_off(&tree, &pairs)
            });
        }
        differs = false;
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_property_that_changes_layout_is_generated() {
    let relevant = |id: &&PropertyId| id.damage().intersects(Dirty::BOXES | Dirty::LAYOUT);
    let missing: Vec<&str> = PropertyId::ALL
        .iter()
        .filter(relevant)
        .filter(|id| !TABLE.iter().any(|row| row.property == **id && !row.values.is_empty()))
        .map(|id| id.name())
        .collect();
    assert!(missing.is_empty(), "no values for {missing:?} in support/trees/values.rs");
}

#[test]
fn every_generated_value_is_read() {
    let mut random = Random(1);
    for row in TABLE {
        for pattern in row.values {
            let sheet = format!(".a{{{}:{}}}", row.property.name(), random.value(pattern));
            let (_, diagnostics) = parse_sheet("a.wxss", &sheet, &NoImports);
            assert!(diagnostics.is_empty(), "{sheet}: {diagnostics:?}");
        }
    }
}
