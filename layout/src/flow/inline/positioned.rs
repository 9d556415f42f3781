//! Positioned boxes among inline content: static positions, inline boxes as containing blocks, relative offsets.

use super::emit::{Emitter, Placed, PlacedLine};
use super::line::Part;
use super::source::ItemKind;
use crate::flow::boxes::{BoxId, InlineContent};
use crate::flow::solve::{Solver, taffy_id};
use crate::flow::taffy_style::is_inline_fixed_containing_block;
use crate::flow::tree::BoxKind;
use crate::style::ComputedStyle;
use crate::style::computed::{self as css, Direction, LengthAuto};
use rustc_hash::FxHashSet;
use taffy::{AxisStaticEdge, AxisStaticPosition, OofCandidate, OofCandidates, Point, Rect};

impl Emitter<'_> {
    /// Where an out-of-flow box would have stood: on the line if it was inline, else below it.
    pub fn static_position(
        &self,
        solver: &Solver<'_>,
        id: BoxId,
        line: &PlacedLine,
        culled: &FxHashSet<BoxId>,
        x: f32,
        placed: &Placed,
    ) -> OofCandidate {
        let style = &solver.tree.shown(id).style;
        let item = placed.part.item;
        // Inline boxes around it take it with them.
        let (dx, dy) = placed.offset;
        let top = self.frame.inset.top + self.shift_y + line.y + dy;
        let was_inline = style.was_inline_level;
        let is_rtl = solver.tree.shown(self.id).style.direction == Direction::Rtl;
        let mut edge = AxisStaticEdge::Start;
        let (at_x, at_y) = if was_inline {
            (x, top)
        } else {
            // A block would go below what is on its line, or to the line's own place if there is nothing.
            let is_before = |p: &&Part| p.item < item;
            let has_text =
                line.broken.parts.iter().filter(is_before).any(|p| match self.source.items[p.item as usize].kind {
                    ItemKind::Text | ItemKind::Atomic(_) | ItemKind::Break => true,
                    ItemKind::Close(inline, _) => !culled.contains(&inline),
                    _ => false,
                });
            let left = self.frame.inset.left + dx;
            if is_rtl {
                edge = AxisStaticEdge::End;
            }
            (if is_rtl { left + self.inner_width } else { left }, if has_text { top + line.height() } else { top })
        };
        OofCandidate {
            node: taffy_id(id),
            order: item,
            position: match style.position {
                css::Position::Fixed => taffy::Position::Fixed,
                _ => taffy::Position::Absolute,
            },
            static_position: Point {
                x: AxisStaticPosition::from_edge(at_x, edge),
                y: AxisStaticPosition::from_edge(at_y, AxisStaticEdge::Start),
            },
        }
    }

    /// The inline box around an out-of-flow box that is its containing block.
    pub fn inline_containing_block(
        &self,
        solver: &Solver<'_>,
        candidate: &OofCandidate,
        owner: BoxId,
    ) -> Option<BoxId> {
        let mut at = owner;
        while at != self.id && solver.tree.data(at).kind == BoxKind::InlineBox {
            let shown = solver.tree.get(at)?;
            let is_fixed = candidate.position == taffy::Position::Fixed;
            if !is_fixed && (shown.style.is_positioned() || is_inline_fixed_containing_block(&shown.style)) {
                // One that blocks split is known as a whole in the container around it only.
                return Some(at).filter(|&at| solver.tree.data(at).split.is_none());
            }
            at = shown.parent?;
        }
        None
    }

    /// Candidates of an atomic box or a float: those of an inline box around it, and those of the container or what is
    /// around that.
    pub fn sort_candidates(
        &self,
        solver: &Solver<'_>,
        owner: BoxId,
        inside: &OofCandidates,
        at: (f32, f32),
        of_inline: &mut Vec<(BoxId, OofCandidate)>,
        others: &mut OofCandidates,
    ) {
        if inside.is_empty() {
            return;
        }
        let mut moved = inside.clone();
        moved.translate(Point { x: at.0, y: at.1 });
        for candidate in moved.iter() {
            match self.inline_containing_block(solver, candidate, owner) {
                Some(around) => of_inline.push((around, *candidate)),
                None => others.push(*candidate),
            }
        }
    }

    /// Lays out boxes whose containing block is an inline box: the bounds of its first fragment and of its last one on a line
    /// that is not empty.
    pub fn lay_out_in_inline_blocks(
        &self,
        solver: &mut Solver<'_>,
        boxes: Vec<(BoxId, OofCandidate)>,
        content: &InlineContent,
        overflow: &mut Rect<f32>,
        candidates: &mut OofCandidates,
    ) {
        for (owner, candidate) in boxes {
            let has_height = |line: u32| content.lines.get(line as usize).is_some_and(|line| line.height > 0.0);
            let mut fragments = content.fragments.iter().filter(|f| f.id == owner);
            let Some(first) = fragments.next() else {
                candidates.push(candidate);
                continue;
            };
            let last = fragments.rfind(|f| has_height(f.line)).unwrap_or(first);
            let pieces = (first.rect(), last.rect());
            solver.place_in_inline_box(candidate, (owner, self.id), pieces, overflow, candidates);
        }
    }
}

/// Candidates of an atomic box, relative to the container.
pub(crate) fn take_candidates(from: &OofCandidates, at: (f32, f32), into: &mut OofCandidates) {
    if !from.is_empty() {
        let mut moved = from.clone();
        moved.translate(Point { x: at.0, y: at.1 });
        into.append(&mut moved);
    }
}

/// Offset of a relatively positioned box.
pub(crate) fn relative_offset(style: &ComputedStyle, width: f32, height: Option<f32>) -> (f32, f32) {
    if style.position != css::Position::Relative {
        return (0.0, 0.0);
    }
    let axis = |start: LengthAuto, end: LengthAuto, basis: Option<f32>| {
        let px = |v: LengthAuto| match v {
            LengthAuto::Auto => None,
            LengthAuto::Length(l) if l.has_percent => basis.map(|b| l.resolve(b)),
            LengthAuto::Length(l) => Some(l.px),
        };
        px(start).or(px(end).map(|v| -v)).unwrap_or(0.0)
    };
    let inset = &style.inset;
    (axis(inset.left, inset.right, Some(width)), axis(inset.top, inset.bottom, height))
}
