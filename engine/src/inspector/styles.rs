//! Which rules an element has, where they stand, in the order in which they win.
//!
//! The rules are those of the files as they are now, bound and matched as the engine does it: the sheets of the page in the order
//! of its cascade, each file where its import stands.

use super::rules::{Part, SourceFile};
use crate::host::stage::PageStage;
use cssparser::Parser;
use pellicle_layout::atom::Atom;
use pellicle_layout::css::media::{parse_media, supports};
use pellicle_layout::css::selector::{self, Parsed, PseudoElement, Selector};
use pellicle_layout::css::{SheetLoader, Viewport};
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::style::engine::{DARK_USER_AGENT_PATH, DARK_USER_AGENT_SHEET, USER_AGENT_SHEET};
use pellicle_layout::style::matching::{KnownNames, Matcher};
use pellicle_layout::style::rules::{Binding, Layer};
use pellicle_script::package::PackageSheets;
use rustc_hash::FxHashSet;
use std::cell::RefCell;
use std::sync::Arc;

/// A file of the cascade.
pub(super) struct File {
    pub path: Arc<str>,
    pub layer: Layer,
    pub source: SourceFile,
    bindings: Vec<Binding>,
    /// Numbers of its rules in the order of the cascade, with the place of each among all.
    order: Vec<(usize, usize)>,
}

/// A rule that an element has.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Its file, by index.
    pub file: usize,
    /// The rule in that.
    pub rule: usize,
    /// Which of its selectors match.
    pub selectors: Vec<usize>,
    pub pseudo: Option<PseudoElement>,
    rank: (u32, u32, u32, usize),
}

/// The sheets of a page as files.
pub(super) struct Cascade {
    pub files: Vec<File>,
}

/// Puts files of a sheet in their order.
struct Reading<'a> {
    stage: &'a PageStage,
    files: Vec<File>,
    seen: FxHashSet<Arc<str>>,
    next: usize,
}

impl Reading<'_> {
    fn file(&mut self, path: &Arc<str>, text: String, layer: Layer, bindings: &[Binding]) {
        self.seen.insert(path.clone());
        let source = SourceFile::read(text);
        let parts = source.parts.clone();
        let at = self.files.len();
        self.files.push(File { path: path.clone(), layer, source, bindings: bindings.to_vec(), order: Vec::new() });
        for part in parts {
            match part {
                Part::Rule(rule) => {
                    self.files[at].order.push((rule, self.next));
                    self.next += 1;
                }
                Part::Import(target) => {
                    let found = PackageSheets(self.stage.package()).load(path, &target);
                    if let Some((path, text)) = found.filter(|(path, _)| !self.seen.contains(path)) {
                        let text = self.stage.sheet_text(&path).unwrap_or(text);
                        self.file(&path, text, layer, bindings);
                    }
                }
            }
        }
    }
}

impl Cascade {
    /// The files of the page on top.
    pub fn of(stage: &PageStage) -> Cascade {
        let mut reading = Reading { stage, files: Vec::new(), seen: FxHashSet::default(), next: 0 };
        let page = stage.document.top_page().map_or(0, |top| top.page);
        for sheet in stage.styles().cascade_of(page) {
            let path = &sheet.sheet.path;
            let text = match sheet.layer {
                Layer::UserAgent if &**path == DARK_USER_AGENT_PATH => DARK_USER_AGENT_SHEET.to_owned(),
                Layer::UserAgent => USER_AGENT_SHEET.to_owned(),
                _ => stage.sheet_text(path).unwrap_or_default(),
            };
            // Each sheet is linked by itself, so a file that two of them import counts in both.
            reading.seen.clear();
            reading.file(path, text, sheet.layer, &sheet.bindings);
        }
        Cascade { files: reading.files }
    }

    /// The rules of elements, the weakest first.
    pub fn matched(&self, stage: &mut PageStage, nodes: &[NodeId]) -> Vec<Vec<Found>> {
        let viewport = stage.viewport();
        let document = &mut stage.document;
        let page = document.names.intern("page");
        let bound = self.bind(document, &viewport);
        let known = KnownNames::new(&mut document.names);
        let siblings = RefCell::default();
        let matcher = Matcher { doc: document, known, siblings: &siblings };
        let of = |id: &NodeId| {
            let mut found: Vec<Found> = Vec::new();
            let Some(node) = document.node(*id) else { return found };
            for Bound { file, rule, order, selectors } in &bound {
                let file_of = &self.files[*file];
                for binding in &file_of.bindings {
                    for (index, selector) in selectors {
                        if !matcher.matches(selector, *binding, node) {
                            continue;
                        }
                        let specificity = selector.specificity(binding.nodes.is_some(), &|name| *name == page);
                        let is_own = u32::from(file_of.layer != Layer::UserAgent);
                        // Where a sheet stands counts where selectors weigh the same.
                        let rank = (is_own, specificity, file_of.layer as u32, *order);
                        let same = |f: &&mut Found| (f.file, f.rule, f.pseudo) == (*file, *rule, selector.pseudo);
                        match found.iter_mut().find(same) {
                            Some(known) => {
                                known.rank = known.rank.max(rank);
                                if !known.selectors.contains(index) {
                                    known.selectors.push(*index);
                                }
                            }
                            None => found.push(Found {
                                file: *file,
                                rule: *rule,
                                selectors: vec![*index],
                                pseudo: selector.pseudo,
                                rank,
                            }),
                        }
                    }
                }
            }
            found.sort_by_key(|found| found.rank);
            found
        };
        nodes.iter().map(of).collect()
    }

    /// The selectors of all rules whose conditions hold, by the names of a document.
    fn bind(&self, document: &mut Document, viewport: &Viewport) -> Vec<Bound> {
        let mut bound = Vec::new();
        for (at, file) in self.files.iter().enumerate() {
            // Selectors of rules so far, for those that nest in them.
            let mut parsed: Vec<Vec<Selector>> = Vec::with_capacity(file.source.rules.len());
            let mut order = vec![0; file.source.rules.len()];
            file.order.iter().for_each(|&(rule, place)| order[rule] = place);
            for (index, rule) in file.source.rules.iter().enumerate() {
                let mut own = Vec::new();
                let mut kept = Vec::new();
                for (number, (text, _)) in rule.selectors.iter().enumerate() {
                    let outcome = match rule.parent.and_then(|parent| parsed.get(parent)) {
                        Some(parents) => selector::parse_nested(text, parents),
                        None => selector::parse(text),
                    };
                    if let Ok(Parsed::Selector(selector)) = outcome {
                        own.push((number, selector.map(&mut |name| document.names.intern(name))));
                        kept.push(selector);
                    }
                }
                parsed.push(kept);
                if rule.conditions.iter().all(|(kind, text)| holds(kind, text, viewport)) {
                    bound.push(Bound { file: at, rule: index, order: order[index], selectors: own });
                }
            }
        }
        bound
    }
}

struct Bound {
    file: usize,
    rule: usize,
    order: usize,
    selectors: Vec<(usize, Selector<Atom>)>,
}

fn holds(kind: &str, text: &str, viewport: &Viewport) -> bool {
    let mut input = Parser::new(text);
    match kind {
        "media" => parse_media(&mut input, &mut |_| {}).matches(viewport),
        "supports" => supports(&mut input).unwrap_or(false),
        _ => true,
    }
}
