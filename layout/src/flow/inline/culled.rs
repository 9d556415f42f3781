//! Inline boxes that make no difference on a line. Browsers make no box for one that has no decoration and holds nothing
//! but text and boxes of the same font on the same baseline: its rectangle is that of what stands in it.

use super::emit::{Emitter, Placed, PlacedLine};
use super::source::ItemKind;
use super::vertical::font_metrics;
use crate::flow::boxes::{BoxId, InlineFragment};
use crate::flow::geometry::Rect;
use crate::style::ComputedStyle;
use crate::style::computed::{LengthAuto, LengthPercentage, Position, VerticalAlign};
use crate::text::FontBook;
use rustc_hash::FxHashSet;

/// An inline box while the parts of its line are walked.
struct Open {
    /// Its fragment.
    at: usize,
    is_culled: bool,
    content: Option<Rect>,
}

impl Emitter<'_> {
    /// The inline boxes that are culled.
    pub fn culled_boxes(&self, fonts: &mut FontBook) -> FxHashSet<BoxId> {
        let mut culled = FxHashSet::default();
        let mut open: Vec<(BoxId, &ComputedStyle)> = Vec::new();
        for (i, item) in self.source.items.iter().enumerate() {
            match item.kind {
                ItemKind::Open(id, _) => {
                    let is_empty = self.source.items.get(i + 1).is_some_and(|n| matches!(n.kind, ItemKind::Close(..)));
                    if let Some((around, style)) = open.last()
                        && (has_margin(&item.style)
                            || item.style.vertical_align != VerticalAlign::Baseline
                            || font_metrics(style, fonts) != font_metrics(&item.style, fonts))
                    {
                        culled.remove(around);
                    }
                    if !is_empty && is_plain(&item.style) {
                        culled.insert(id);
                    }
                    open.push((id, &item.style));
                }
                ItemKind::Close(..) => drop(open.pop()),
                ItemKind::Atomic(_) => {
                    if let Some((around, _)) = open.last() {
                        culled.remove(around);
                    }
                }
                _ => {}
            }
        }
        culled
    }

    /// Gives culled boxes the rectangles of their content.
    pub fn cull(
        &self,
        culled: &FxHashSet<BoxId>,
        line: &PlacedLine,
        placed: &[Placed],
        baseline: f32,
        fragments: &mut [InlineFragment],
    ) {
        let left = self.frame.inset.left + line.x;
        let mut open: Vec<Open> = Vec::new();
        let mut next = 0;
        for (placed_part, &line_box) in placed.iter().zip(&line.geometry.part_box) {
            let item = &self.source.items[placed_part.part.item as usize];
            let own = &line.geometry.boxes[line_box];
            let (x, base) = (left + placed_part.x + placed_part.offset.0, baseline + own.shift + placed_part.offset.1);
            let rect = match item.kind {
                ItemKind::Open(id, _) => {
                    open.push(Open { at: next, is_culled: culled.contains(&id), content: None });
                    next += 1;
                    continue;
                }
                ItemKind::Close(..) => open.pop().and_then(|closed| settle(closed, fragments)),
                ItemKind::Text => item.shaped.as_ref().map(|measured| {
                    let font = measured.metrics;
                    let height = font.ascent + font.descent;
                    Rect { x, y: base - font.ascent, width: placed_part.width, height }
                }),
                ItemKind::Atomic(_) => self.atoms.get(placed_part.part.item as usize).map(|atom| Rect {
                    x: x + atom.margin.left,
                    y: base - atom.extent.ascent + atom.margin.top,
                    width: atom.output.size.width,
                    height: atom.output.size.height,
                }),
                _ => None,
            };
            add(&mut open, rect);
        }
        while let Some(last) = open.pop() {
            let rect = settle(last, fragments);
            add(&mut open, rect);
        }
    }
}

fn add(open: &mut [Open], rect: Option<Rect>) {
    if let (Some(rect), Some(around)) = (rect.filter(|rect| rect.width > 0.0), open.last_mut()) {
        around.content = Some(around.content.map_or(rect, |content| content.union_visible(rect)));
    }
}

/// The rectangle of a box whose end is reached: a culled one takes that of its content.
fn settle(closed: Open, fragments: &mut [InlineFragment]) -> Option<Rect> {
    let fragment = fragments.get_mut(closed.at)?;
    if !closed.is_culled {
        return Some(Rect { x: fragment.x, y: fragment.y, width: fragment.width, height: fragment.height });
    }
    let content = closed.content?;
    (fragment.x, fragment.y, fragment.width, fragment.height) = (content.x, content.y, content.width, content.height);
    Some(content)
}

/// Nothing of the box itself shows or takes room.
fn is_plain(style: &ComputedStyle) -> bool {
    let (padding, border) = (&style.padding, &style.border_width);
    !has_margin(style)
        && [padding.top, padding.right, padding.bottom, padding.left].iter().all(|p| *p == LengthPercentage::ZERO)
        && [border.top, border.right, border.bottom, border.left].iter().all(|b| *b == 0.0)
        && style.background_color.a == 0
        && style.background.is_empty()
        && style.box_shadow.is_empty()
        && style.position == Position::Static
}

fn has_margin(style: &ComputedStyle) -> bool {
    let margin = &style.margin;
    let none = LengthAuto::Length(LengthPercentage::ZERO);
    [margin.top, margin.right, margin.bottom, margin.left].iter().any(|m| *m != none)
}
