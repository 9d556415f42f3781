//! Text that the user may select (`user-select: text`): places in it, what lies between two of them, what it says.
//!
//! A place is a byte of a text node's text as it is laid out: after white-space processing and `text-transform`, as
//! glyphs count ([`Glyph::cluster`](super::boxes::Glyph)). Generated text belongs to no text node and is not selected.
//! The texts of a `rich-text` all count as its own, one after the other.

use super::boxes::{BoxId, GlyphRun};
use super::geometry::Rect;
use super::inline::source::ItemKind;
use super::tree::{BoxKind, BoxTree};
use crate::document::{Document, NodeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// A place between two characters of a page's text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextPoint {
    /// The text node, or the `rich-text`.
    pub node: NodeId,
    /// Byte in its text as laid out.
    pub offset: u32,
}

/// Text in reading order.
enum Piece<'a> {
    Text {
        node: NodeId,
        offset: u32,
        text: &'a str,
    },
    /// A forced break, or the border of a block.
    Break {
        forced: bool,
    },
}

/// What is still to be read.
enum Rest {
    Box { id: BoxId, in_line: bool },
    Item(BoxId, usize),
}

impl BoxTree {
    /// The outermost of the elements from one upwards whose text may be selected. `None` if that of the element itself
    /// may not.
    pub fn selectable_root(&self, doc: &Document, node: NodeId) -> Option<NodeId> {
        let selectable = |id: NodeId| doc.node(id).and_then(|n| n.style.as_ref()).is_some_and(|s| s.user_select);
        let around = std::iter::once(node).chain(doc.ancestors(node).map(|n| n.id));
        around.take_while(|&id| selectable(id)).last()
    }

    /// The place in the selectable text of an element that is nearest to a point of the page.
    pub fn text_point(&self, doc: &Document, within: NodeId, x: f32, y: f32) -> Option<TextPoint> {
        let mut nearest: Option<((f32, f32), BoxId, Rect)> = None;
        for id in self.line_boxes(within) {
            let Some(content) = self.get(id).and_then(|b| b.inline.as_ref()) else { continue };
            if !content.runs.iter().any(|run| is_selectable(doc, run)) {
                continue;
            }
            let rect = self.bounding_rect(id);
            let beside = |at: f32, from: f32, size: f32| (from - at).max(at - from - size).max(0.0);
            let distance = (beside(y, rect.y, rect.height), beside(x, rect.x, rect.width));
            if nearest.as_ref().is_none_or(|(best, ..)| distance < *best) {
                nearest = Some((distance, id, rect));
            }
        }
        let (_, id, rect) = nearest?;
        let content = self.get(id)?.inline.as_ref()?;
        let (x, y) = (x - rect.x, y - rect.y);
        let runs_of = |line: &super::boxes::Line| {
            let runs = content.runs.get(line.first_run as usize..(line.first_run + line.run_count) as usize);
            runs.unwrap_or_default().iter().filter(|run| is_selectable(doc, run))
        };
        let mut lines = content.lines.iter().filter(|line| runs_of(line).next().is_some());
        let line = lines.clone().find(|l| y < l.y + l.height).or_else(|| lines.next_back())?;
        let mut best: Option<(f32, &GlyphRun, u32, bool)> = None;
        for run in runs_of(line) {
            let own = || run.glyphs.iter().filter(|g| g.cluster != u32::MAX);
            let backwards = own().next().map(|g| g.cluster) > own().next_back().map(|g| g.cluster);
            for glyph in own() {
                let left = run.x + glyph.x;
                for (edge, right) in [(left, false), (left + glyph.advance, true)] {
                    if best.is_none_or(|(distance, ..)| (edge - x).abs() < distance) {
                        best = Some(((edge - x).abs(), run, glyph.cluster, right != backwards));
                    }
                }
            }
        }
        let (_, run, cluster, behind) = best?;
        let behind = behind.then(|| self.cluster_end(id, run.node, cluster));
        Some(TextPoint { node: run.node, offset: behind.unwrap_or(cluster) })
    }

    /// Where the cluster of a node's text ends that begins at a byte.
    fn cluster_end(&self, container: BoxId, node: NodeId, cluster: u32) -> u32 {
        let runs = self.get(container).and_then(|b| b.inline.as_ref()).map_or(&[][..], |content| &content.runs);
        let glyphs = runs.iter().filter(|run| run.node == node).flat_map(|run| &run.glyphs);
        let next = glyphs.map(|g| g.cluster).filter(|&c| c > cluster && c != u32::MAX).min();
        let items = self.data(container).source.iter().flat_map(|source| &source.items);
        let own = items.filter(|item| item.node == node && matches!(item.kind, ItemKind::Text));
        let mut ends = own.map(|item| item.node_offset + item.end - item.start).filter(|&end| end > cluster);
        let end = ends.next().map_or(cluster, |first| ends.fold(first, u32::min));
        next.map_or(end, |next| next.min(end))
    }

    /// The text without breaks that a place is in, and where that begins in the texts of the place's node.
    pub fn text_around(&self, doc: &Document, within: NodeId, at: TextPoint) -> Option<(u32, &str)> {
        let mut found = None;
        self.read(doc, within, &mut |piece| {
            if let Piece::Text { node, offset, text } = piece {
                let is_in = node == at.node && (offset..=offset + text.len() as u32).contains(&at.offset);
                if is_in {
                    found.get_or_insert((offset, text));
                }
            }
        });
        found
    }

    /// What lies between two places of the selectable texts of an element.
    pub fn text_between(
        &self,
        doc: &Document,
        within: NodeId,
        from: TextPoint,
        to: TextPoint,
    ) -> FxHashMap<NodeId, Range<u32>> {
        let order = self.texts(doc, within);
        let place = |p: TextPoint| order.iter().position(|text| text.0 == p.node).map(|at| (at, p.offset));
        let (Some(a), Some(b)) = (place(from), place(to)) else { return FxHashMap::default() };
        let (first, last) = (a.min(b), a.max(b));
        let texts = order.into_iter().enumerate().skip(first.0).take(last.0 - first.0 + 1);
        texts
            .map(|(at, (node, all))| {
                let start = if at == first.0 { first.1 } else { all.start };
                let end = if at == last.0 { last.1 } else { all.end };
                (node, start..end)
            })
            .filter(|(_, range)| range.start < range.end)
            .collect()
    }

    /// All selectable text of an element.
    pub fn all_text(&self, doc: &Document, within: NodeId) -> FxHashMap<NodeId, Range<u32>> {
        self.texts(doc, within).into_iter().collect()
    }

    /// The selectable texts of an element in reading order.
    fn texts(&self, doc: &Document, within: NodeId) -> Vec<(NodeId, Range<u32>)> {
        let mut order: Vec<(NodeId, Range<u32>)> = Vec::new();
        let mut places: FxHashMap<NodeId, usize> = FxHashMap::default();
        self.read(doc, within, &mut |piece| {
            if let Piece::Text { node, offset, text } = piece {
                let at = *places.entry(node).or_insert(order.len());
                if at == order.len() {
                    order.push((node, offset..offset));
                }
                order[at].1.end = offset + text.len() as u32;
            }
        });
        order
    }

    /// What selected texts of an element say. Blocks and forced breaks begin lines.
    pub fn text_in(&self, doc: &Document, within: NodeId, selected: &FxHashMap<NodeId, Range<u32>>) -> String {
        let mut out = String::new();
        let mut breaks = 0;
        self.read(doc, within, &mut |piece| match piece {
            Piece::Break { forced } => breaks = if forced { breaks + 1 } else { breaks.max(1) },
            Piece::Text { node, offset, text } => {
                let Some(range) = selected.get(&node) else { return };
                let cut = |at: u32| {
                    let mut at = (at.saturating_sub(offset) as usize).min(text.len());
                    while !text.is_char_boundary(at) {
                        at -= 1;
                    }
                    at
                };
                let part = &text[cut(range.start)..cut(range.end).max(cut(range.start))];
                if part.is_empty() {
                    return;
                }
                if !out.is_empty() {
                    out.extend(std::iter::repeat_n('\n', breaks));
                }
                breaks = 0;
                out.push_str(part);
            }
        });
        out
    }

    /// The boxes with lines in an element, itself included: the container around it if it is an inline box.
    fn line_boxes(&self, within: NodeId) -> Vec<BoxId> {
        let mut found = Vec::new();
        let mut stack = self.selected_boxes(within);
        while let Some(id) = stack.pop() {
            let Some(shown) = self.get(id) else { continue };
            if shown.inline.is_some() {
                found.push(id);
            }
            stack.extend(shown.children.iter().rev());
        }
        found
    }

    /// The box of an element, or the containers with the lines that it stands on.
    fn selected_boxes(&self, within: NodeId) -> Vec<BoxId> {
        let Some(id) = self.principal(within) else { return Vec::new() };
        let mut containers = self.line_containers(id);
        if containers.is_empty() {
            containers.push(id);
        }
        containers
    }

    /// Reads the selectable text of an element.
    fn read<'a>(&'a self, doc: &Document, within: NodeId, take: &mut dyn FnMut(Piece<'a>)) {
        let block = |id| Rest::Box { id, in_line: false };
        let mut stack: Vec<Rest> = self.selected_boxes(within).into_iter().rev().map(block).collect();
        let mut seen: FxHashSet<BoxId> = FxHashSet::default();
        while let Some(rest) = stack.pop() {
            match rest {
                Rest::Box { id, in_line } => {
                    let Some(shown) = self.get(id).filter(|_| seen.insert(id)) else { continue };
                    if !in_line && self.data(id).kind != BoxKind::InlineBox {
                        take(Piece::Break { forced: false });
                    }
                    stack.extend(shown.children.iter().rev().map(|&child| block(child)));
                    // Read before the children: atoms where they stand in the lines, the others after these.
                    let items = self.data(id).source.as_ref().map_or(0, |source| source.items.len());
                    stack.extend((0..items).rev().map(|index| Rest::Item(id, index)));
                }
                Rest::Item(id, index) => {
                    let Some(source) = &self.data(id).source else { continue };
                    let Some(item) = source.items.get(index) else { continue };
                    match item.kind {
                        ItemKind::Atomic(atom) => stack.push(Rest::Box { id: atom, in_line: true }),
                        ItemKind::Break => take(Piece::Break { forced: true }),
                        ItemKind::Text if item.style.user_select && is_text(doc, item.node) => {
                            let text = source.text.get(item.start as usize..item.end as usize).unwrap_or_default();
                            take(Piece::Text { node: item.node, offset: item.node_offset, text });
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

fn is_text(doc: &Document, node: NodeId) -> bool {
    doc.node(node).is_some_and(|n| !n.is_element() || doc.tag_name(node) == "rich-text")
}

fn is_selectable(doc: &Document, run: &GlyphRun) -> bool {
    run.style.user_select && is_text(doc, run.node)
}
