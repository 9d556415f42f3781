//! Visual order: where the parts of a line with text of both directions stand (rule L2 of UAX 9), and the edges of the
//! inline boxes around them.
//!
//! Text and atomic boxes are put in order, and the boxes around them follow: the left edge of an inline box stands left of
//! whatever of it is leftmost, the right edge right of what is rightmost. The beginning of a box takes part with its level.

use super::atoms::margin_px;
use super::emit::{Emitter, Placed};
use super::source::ItemKind;
use crate::style::computed::Direction;
use smallvec::SmallVec;

/// Widths of an edge: the margin, and border and padding.
type Edge = (f32, f32);

/// An inline box on the line.
struct Visual {
    /// Its part that opens it.
    part: usize,
    parent: Option<usize>,
    left: Edge,
    right: Edge,
    /// Of what stands in it: the leftmost and the rightmost place.
    first: usize,
    last: usize,
}

/// What is put in order: a part, or the beginning of a box; and the innermost box around it.
struct Leaf {
    part: Option<usize>,
    level: u8,
    owner: Option<usize>,
}

impl Emitter<'_> {
    /// Gives the parts of a line their places from `x` on. Inline boxes have the place and width of their border box at the
    /// part that opens them.
    pub fn place_visually(&self, placed: &mut [Placed], mut x: f32, is_rtl: bool) {
        let (mut boxes, leaves) = self.leaves(placed, u8::from(is_rtl));
        let order = visual_order(&leaves);
        for (rank, &leaf) in order.iter().enumerate() {
            let mut around = leaves[leaf].owner;
            while let Some(at) = around {
                let visual = &mut boxes[at];
                (visual.first, visual.last) = (visual.first.min(rank), visual.last.max(rank));
                around = visual.parent;
            }
        }
        // Chromium: a box is moved as what is leftmost in it is, which can stand in a box inside.
        if placed.iter().any(|p| p.moved != (0.0, 0.0)) {
            let leftmost = |visual: &Visual| order.get(visual.first).and_then(|&leaf| leaves[leaf].owner);
            let moved: SmallVec<[(f32, f32); 4]> = boxes
                .iter()
                .map(|visual| leftmost(visual).map_or((0.0, 0.0), |at| placed[boxes[at].part].moved))
                .collect();
            for (visual, moved) in boxes.iter().zip(moved) {
                placed[visual.part].moved = moved;
            }
        }
        let mut chain: SmallVec<[usize; 4]> = SmallVec::new();
        for (rank, &leaf) in order.iter().enumerate() {
            let leaf = &leaves[leaf];
            chain.clear();
            chain.extend(std::iter::successors(leaf.owner, |&at| boxes[at].parent));
            for visual in chain.iter().rev().map(|&at| &boxes[at]).filter(|visual| visual.first == rank) {
                placed[visual.part].x = x + visual.left.0;
                x += visual.left.0 + visual.left.1;
            }
            if let Some(part) = leaf.part {
                placed[part].x = x;
                x += placed[part].width;
            }
            for visual in chain.iter().map(|&at| &boxes[at]).filter(|visual| visual.last == rank) {
                x += visual.right.1;
                placed[visual.part].width = x - placed[visual.part].x;
                x += visual.right.0;
            }
        }
    }

    /// The boxes of a line, and what stands in them, in logical order.
    fn leaves(&self, placed: &[Placed], base: u8) -> (Vec<Visual>, Vec<Leaf>) {
        let mut boxes: Vec<Visual> = Vec::new();
        let mut leaves: Vec<Leaf> = Vec::with_capacity(placed.len());
        let mut owner: Option<usize> = None;
        let level = |part: usize| self.source.items[placed[part].part.item as usize].level.max(base);
        for (i, p) in placed.iter().enumerate() {
            let item = &self.source.items[p.part.item as usize];
            let is_ltr = item.style.direction == Direction::Ltr;
            match item.kind {
                ItemKind::Open(_, starts) => {
                    let is_left = is_ltr;
                    let edge = if starts && !p.part.continued { self.edge(p, is_left) } else { (0.0, 0.0) };
                    let (left, right) = if is_left { (edge, (0.0, 0.0)) } else { ((0.0, 0.0), edge) };
                    let (first, last) = (usize::MAX, 0);
                    boxes.push(Visual { part: i, parent: owner, left, right, first, last });
                    owner = Some(boxes.len() - 1);
                    // A box that goes on stands with what comes next on this line.
                    let is_open =
                        |p: &Placed| matches!(self.source.items[p.part.item as usize].kind, ItemKind::Open(..));
                    let next = || placed[i..].iter().position(|p| !is_open(p)).map_or(i, |n| i + n);
                    let at = if p.part.continued { next() } else { i };
                    leaves.push(Leaf { part: None, level: level(at), owner });
                }
                ItemKind::Close(_, ends) => {
                    let Some(at) = owner else { continue };
                    if ends {
                        let is_left = !is_ltr;
                        let edge = self.edge(p, is_left);
                        *(if is_left { &mut boxes[at].left } else { &mut boxes[at].right }) = edge;
                    }
                    owner = boxes[at].parent;
                }
                _ => leaves.push(Leaf { part: Some(i), level: level(i), owner }),
            }
        }
        (boxes, leaves)
    }

    /// The edge of an inline box whose width a part has.
    fn edge(&self, placed: &Placed, is_left: bool) -> Edge {
        let style = &self.source.items[placed.part.item as usize].style;
        let margin = margin_px(if is_left { style.margin.left } else { style.margin.right }, self.inner_width);
        (margin, placed.width - margin)
    }
}

/// Rule L2 of UAX 9: from the highest level on, runs of a level or higher ones are turned round.
fn visual_order(leaves: &[Leaf]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..leaves.len()).collect();
    let highest = leaves.iter().map(|leaf| leaf.level).max().unwrap_or(0);
    for level in (1..=highest).rev() {
        let mut i = 0;
        while i < order.len() {
            let end = (i..order.len()).find(|&j| leaves[order[j]].level < level).unwrap_or(order.len());
            if end > i {
                order[i..end].reverse();
            }
            i = end + 1;
        }
    }
    order
}
