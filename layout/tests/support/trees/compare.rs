//! Boxes of both sides, and how they agree.

use super::tree::Tree;
use crate::chromium::{BrowserBox, Chromium, Kind};
use crate::support::{Page, Pictures, oracle_fonts};
use pellicle_layout::css::names;
use pellicle_layout::flow::{Rect, Viewport};
use std::collections::BTreeMap;

/// What a figure may be off by, px.
pub const TOLERANCE: f32 = 1.0;

/// A box on both sides.
#[derive(Clone, Debug)]
pub struct Pair {
    pub ours: Option<Rect>,
    pub our_lines: usize,
    pub theirs: BrowserBox,
}

impl Pair {
    /// Within [`TOLERANCE`] in place and size.
    pub fn agrees(&self) -> bool {
        let Some(ours) = self.ours else { return self.theirs.kind == Kind::None };
        let ours = [ours.x, ours.y, ours.width, ours.height];
        self.theirs.kind != Kind::None && ours.iter().zip(&self.theirs.rect).all(|(a, b)| (a - b).abs() <= TOLERANCE)
    }

    /// As many lines. Lines that overlap are told apart by their lower edges in whole px, which a 64th can change.
    pub fn agrees_in_lines(&self) -> bool {
        self.theirs.lines == 0 || self.theirs.lines == self.our_lines
    }

    /// Both sides in words.
    pub fn describe(&self) -> String {
        let ours = self.ours.map_or("no box".to_owned(), |r| format!("[{}, {}, {}, {}]", r.x, r.y, r.width, r.height));
        let theirs = match self.theirs.kind {
            Kind::None => "no box".to_owned(),
            _ => format!("{:?}", self.theirs.rect),
        };
        format!("ours {ours}, {} lines; Chromium {theirs}, {} lines", self.our_lines, self.theirs.lines)
    }
}

/// Our boxes of a tree, with their lines.
fn ours(tree: &Tree) -> Vec<(Option<Rect>, usize)> {
    let fonts = oracle_fonts().expect("the fonts of the oracle");
    let viewport = Viewport { width: 375.0, height: 667.0 };
    let page = Page::styled(&tree.sheet(), &tree.markup(), fonts, viewport, Pictures(Some((60.0, 40.0))));
    (0..page.elements.len() - 1)
        .map(|n| {
            let lines = if page.rect(n).is_some() { page.lines(n) } else { 0 };
            (page.rect(n), lines)
        })
        .collect()
}

/// Lays trees out on both sides.
pub fn pairs(browser: &mut Chromium, trees: &[Tree]) -> Vec<Vec<Pair>> {
    let pages: Vec<(String, Vec<bool>)> = trees.iter().map(Tree::html).collect();
    let bodies: Vec<String> = pages.iter().map(|(html, _)| html.clone()).collect();
    let answers = browser.boxes(&bodies);
    let mut out = Vec::with_capacity(trees.len());
    for ((tree, (_, own)), boxes) in trees.iter().zip(&pages).zip(answers) {
        assert_eq!(own.len(), boxes.len(), "the browser reads other elements: {}", tree.line());
        let theirs = boxes.into_iter().zip(own).filter(|(_, own)| **own).map(|(b, _)| b);
        let ours = ours(tree);
        assert_eq!(ours.len(), tree.elements().len(), "{}", tree.line());
        out.push(
            ours.into_iter().zip(theirs).map(|((ours, our_lines), theirs)| Pair { ours, our_lines, theirs }).collect(),
        );
    }
    out
}

/// How many boxes agree, in all and by property.
#[derive(Default)]
pub struct Agreement {
    pub boxes: usize,
    pub within: usize,
    /// Of these, those with another number of lines.
    pub other_lines: usize,
    pub properties: BTreeMap<&'static str, (usize, usize)>,
}

impl Agreement {
    /// Counts the boxes of a tree: a property counts where the element or the one around it uses it.
    pub fn count(&mut self, tree: &Tree, pairs: &[Pair]) {
        let elements = tree.elements();
        for ((element, parent), pair) in elements.iter().zip(pairs) {
            let agrees = usize::from(pair.agrees());
            self.boxes += 1;
            self.within += agrees;
            self.other_lines += usize::from(pair.agrees() && !pair.agrees_in_lines());
            let around = parent.map(|p| elements[p].0);
            let declared = std::iter::once(*element).chain(around).flat_map(|e| tree.declared(e));
            let mut used: Vec<&'static str> = declared.flat_map(|(name, _)| longhands(name)).collect();
            used.sort_unstable();
            used.dedup();
            for name in used {
                let entry = self.properties.entry(name).or_default();
                entry.0 += 1;
                entry.1 += agrees;
            }
        }
    }

    /// Boxes that agree, of 100.
    pub fn share(&self) -> f64 {
        100.0 * self.within as f64 / self.boxes.max(1) as f64
    }

    /// A Markdown table by property.
    pub fn table(&self) -> String {
        let mut out = String::from("| property | boxes | within 1 px | share |\n| --- | ---: | ---: | ---: |\n");
        for (name, (boxes, within)) in &self.properties {
            let share = 100.0 * *within as f64 / *boxes as f64;
            out += &format!("| `{name}` | {boxes} | {within} | {share:.2} % |\n");
        }
        out + &format!("| all | {} | {} | {:.2} % |\n", self.boxes, self.within, self.share())
    }
}

/// The longhands that a declaration of `name` sets.
fn longhands(name: &str) -> Vec<&'static str> {
    match names::find(name) {
        Some(names::Name::Longhand(id)) => vec![id.name()],
        Some(names::Name::Shorthand(shorthand)) => shorthand.longhands.iter().map(|id| id.name()).collect(),
        _ => Vec::new(),
    }
}
