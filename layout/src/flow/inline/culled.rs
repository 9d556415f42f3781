//! Inline boxes that make no difference on a line. Browsers make no box for one that has no decoration and holds nothing
//! but text and boxes of the same font on the same baseline: its rectangles are those of what stands in it.

use super::emit::{Emitter, Placed, PlacedLine};
use super::source::{InlineSource, Item, ItemKind};
use super::vertical::font_metrics;
use crate::flow::boxes::{BoxId, InlineFragment};
use crate::flow::geometry::Rect;
use crate::flow::solve::Solver;
use crate::style::ComputedStyle;
use crate::style::computed::{LengthAuto, LengthPercentage, Position, VerticalAlign};
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

/// An inline box while the parts of its line are walked.
struct Open {
    /// Its fragment.
    at: usize,
    is_culled: bool,
    /// It began on an earlier line.
    is_continued: bool,
    /// Rectangles of what stands in it; neighbours of the same height and place are one.
    content: SmallVec<[Rect; 1]>,
}

/// The inline boxes of a source that browsers make no box for.
pub(super) fn bare_boxes(source: &InlineSource, solver: &mut Solver<'_>) -> FxHashSet<BoxId> {
    let mut bare = FxHashSet::default();
    let mut open: Vec<(BoxId, &ComputedStyle)> = Vec::new();
    for item in &source.items {
        match item.kind {
            ItemKind::Open(id, _) => {
                if let Some((around, style)) = open.last()
                    && (stands_out(&item.style)
                        || font_metrics(style, solver.fonts) != font_metrics(&item.style, solver.fonts))
                {
                    bare.remove(around);
                }
                let holds_block = solver.tree.data(id).split.as_ref().is_some_and(|split| {
                    let stands_in = |&block: &BoxId| solver.tree.shown(block).parent == Some(id);
                    split.blocks.iter().flatten().any(stands_in)
                });
                if is_plain(&item.style) && !holds_block {
                    bare.insert(id);
                }
                open.push((id, &item.style));
            }
            ItemKind::Close(..) => _ = open.pop(),
            ItemKind::Atomic(_) => {
                if let Some((around, _)) = open.last() {
                    bare.remove(around);
                }
            }
            _ => {}
        }
    }
    bare
}

impl Emitter<'_> {
    /// The inline boxes that are culled: those without a box that have a rectangle by what is in them.
    pub fn culled_boxes(&self, solver: &mut Solver<'_>) -> FxHashSet<BoxId> {
        let mut culled = bare_boxes(self.source, solver);
        if culled.is_empty() {
            return culled;
        }
        // Boxes that are open, and whether something with a width is in them: text, a block, an edge.
        let mut open: Vec<(BoxId, bool)> = Vec::new();
        for item in &self.source.items {
            match item.kind {
                ItemKind::Open(id, _) => open.push((id, item.has_edge || solver.tree.data(id).split.is_some())),
                ItemKind::Close(..) => {
                    let Some((id, is_filled)) = open.pop() else { continue };
                    if !is_filled {
                        culled.remove(&id);
                    }
                    if let Some(around) = open.last_mut().filter(|_| is_filled || item.has_edge) {
                        around.1 = true;
                    }
                }
                ItemKind::Text | ItemKind::Break | ItemKind::Atomic(_) => {
                    if let Some(around) = open.last_mut() {
                        around.1 = true;
                    }
                }
                _ => {}
            }
        }
        culled
    }

    /// Gives culled boxes the rectangles of their content: of the line's fragments, which begin at `base`. Those that go on
    /// from an earlier line and have none on this one are added to `hollow`.
    #[allow(clippy::too_many_arguments)] // a line, and what is made of it
    pub fn cull(
        &self,
        culled: &FxHashSet<BoxId>,
        line: &PlacedLine,
        placed: &[Placed],
        baseline: f32,
        fragments: &mut Vec<InlineFragment>,
        base: usize,
        hollow: &mut SmallVec<[usize; 2]>,
    ) {
        let left = self.frame.inset.left + line.x;
        let mut open: SmallVec<[Open; 2]> = SmallVec::new();
        let mut next = base;
        for (placed_part, &line_box) in placed.iter().zip(&line.geometry.part_box) {
            let item = &self.source.items[placed_part.part.item as usize];
            let own = &line.geometry.boxes[line_box];
            let (x, base) = (left + placed_part.x + placed_part.offset.0, baseline + own.shift + placed_part.offset.1);
            match item.kind {
                ItemKind::Open(id, _) => {
                    let (is_culled, is_continued) = (culled.contains(&id), placed_part.part.continued);
                    open.push(Open { at: next, is_culled, is_continued, content: SmallVec::new() });
                    next += 1;
                }
                ItemKind::Close(..) => {
                    if let Some(closed) = open.pop() {
                        settle(closed, &mut open, fragments, hollow);
                    }
                }
                ItemKind::Text => {
                    if let Some(measured) = &item.shaped {
                        let font = measured.metrics;
                        let height = font.ascent + font.descent;
                        add(&mut open, Rect { x, y: base - font.ascent, width: placed_part.width, height });
                    }
                }
                ItemKind::Break => {
                    let height = own.font.ascent + own.font.descent;
                    add(&mut open, Rect { x, y: base - own.font.ascent, width: 0.0, height });
                }
                ItemKind::Atomic(_) => {
                    if let Some(atom) = self.atoms.get(placed_part.part.item as usize) {
                        let (x, y) = (x + atom.margin.left, base - atom.extent.ascent + atom.margin.top);
                        let size = atom.output.size;
                        add(&mut open, Rect { x, y, width: size.width, height: size.height });
                    }
                }
                ItemKind::Float(_) | ItemKind::OutOfFlow(_) => {}
            }
        }
        while let Some(last) = open.pop() {
            settle(last, &mut open, fragments, hollow);
        }
    }
}

/// Adds a rectangle to what the innermost open box holds.
fn add(open: &mut [Open], rect: Rect) {
    let Some(around) = open.last_mut().filter(|around| around.is_culled) else { return };
    match around.content.last_mut() {
        Some(last) if last.y == rect.y && last.height == rect.height => *last = last.union_visible(rect),
        _ => around.content.push(rect),
    }
}

/// The end of a box is reached: a culled one takes the rectangles of its content, a further fragment for each but the
/// first.
fn settle(closed: Open, open: &mut [Open], fragments: &mut Vec<InlineFragment>, hollow: &mut SmallVec<[usize; 2]>) {
    if closed.is_culled && closed.is_continued && closed.content.is_empty() {
        return hollow.push(closed.at);
    }
    let Some(fragment) = fragments.get(closed.at) else { return };
    if !closed.is_culled {
        return add(open, fragment.rect());
    }
    let fragment = fragment.clone();
    for (i, &rect) in closed.content.iter().enumerate() {
        let piece = InlineFragment { x: rect.x, y: rect.y, width: rect.width, height: rect.height, ..fragment.clone() };
        match i {
            0 => fragments[closed.at] = piece,
            _ => fragments.push(piece),
        }
        add(open, rect);
    }
}

/// Nothing of the box itself shows or takes room.
pub(crate) fn is_plain(style: &ComputedStyle) -> bool {
    is_bare(style) && style.background_color.a == 0 && style.background.is_empty() && style.box_shadow.is_empty()
}

/// Nothing of the box itself takes room or moves it.
fn is_bare(style: &ComputedStyle) -> bool {
    let (padding, border) = (&style.padding, &style.border_width);
    !has_margin(style)
        && [padding.top, padding.right, padding.bottom, padding.left].iter().all(|p| *p == LengthPercentage::ZERO)
        && [border.top, border.right, border.bottom, border.left].iter().all(|b| *b == 0.0)
        && style.position == Position::Static
}

/// The box around an inline box with this style is none of those that make no difference.
pub(crate) fn stands_out(style: &ComputedStyle) -> bool {
    has_margin(style) || style.vertical_align != VerticalAlign::Baseline
}

/// The inline box that opens at `at` makes no difference where nothing stands in it, so it may as well begin on the next
/// line.
pub(super) fn may_begin_later(items: &[Item], at: usize) -> bool {
    let opening = &items[at];
    if !is_bare(&opening.style) || matches!(opening.kind, ItemKind::Open(_, false)) {
        return false;
    }
    let mut depth = 0;
    for item in &items[at + 1..] {
        match item.kind {
            ItemKind::Open(..) => {
                if depth == 0 && (stands_out(&item.style) || !is_font_of(&item.style, &opening.style)) {
                    return false;
                }
                depth += 1;
            }
            ItemKind::Close(_, ends) if depth == 0 => return ends,
            ItemKind::Close(..) => depth -= 1,
            ItemKind::Atomic(_) if depth == 0 => return false,
            _ => {}
        }
    }
    false
}

/// Both styles have the same font.
pub(crate) fn is_font_of(a: &ComputedStyle, b: &ComputedStyle) -> bool {
    a.font_size == b.font_size && a.font_weight == b.font_weight && a.font_family == b.font_family
}

fn has_margin(style: &ComputedStyle) -> bool {
    let margin = &style.margin;
    let none = LengthAuto::Length(LengthPercentage::ZERO);
    [margin.top, margin.right, margin.bottom, margin.left].iter().any(|m| *m != none)
}
