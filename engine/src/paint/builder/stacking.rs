//! The second walk: stacking contexts and the phases in them (CSS 2.1, appendix E.2).

use super::place::has_items;
use super::{Builder, Place, is_visible};
use crate::paint::geometry::Rect;
use crate::paint::list::HitArea;
use pellicle_layout::atom::Atom;
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::boxes::{BoxId, LayoutBox};
use pellicle_layout::style::computed::{Display, Float, PointerEvents};
use smallvec::SmallVec;

/// A phase of a stacking context.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Blocks,
    Floats,
    Lines,
}

/// How a child is painted in its parent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Elsewhere, by the stacking context.
    Apart,
    /// A float.
    Float,
    /// A flex or grid item, an inline block, a picture on a line: whole.
    Atomic,
    /// A block: its background first, its lines later.
    Block,
    /// An inline box: its pieces are painted by the container of the lines.
    Inline,
}

impl Builder<'_> {
    /// Paints a box that makes a stacking context.
    pub(super) fn paint_context(&mut self, id: BoxId) {
        let Some(shown) = self.get(id) else { return };
        let Some(context) = self.place(id).context else { return };
        if self.place(id).turned_away {
            return;
        }
        let layers = self.begin_layers(id, shown);
        let mut levels = std::mem::take(&mut self.contexts[context as usize]);
        // Stable: boxes of one level stay in tree order.
        levels.sort_by_key(|l| l.0);
        let inline = self.place(id).inline;
        if !inline {
            self.paint_own(id, shown);
        }
        let negative = levels.partition_point(|l| l.0 < 0);
        for &(_, child) in &levels[..negative] {
            self.paint_apart(child);
        }
        if inline {
            self.paint_inline_apart(id, shown);
        } else {
            self.phases(id, shown);
        }
        for &(_, child) in &levels[negative..] {
            self.paint_apart(child);
        }
        self.paint_over(id, shown);
        self.end_layers(id, shown, layers);
    }

    /// Paints a box of a stacking context's list.
    fn paint_apart(&mut self, id: BoxId) {
        if self.place(id).context.is_some() {
            return self.paint_context(id);
        }
        let Some(shown) = self.get(id) else { return };
        if self.place(id).inline {
            return self.paint_inline_apart(id, shown);
        }
        self.paint_whole(id, shown);
    }

    /// Paints a box and its contents but for what stacking contexts paint.
    fn paint_whole(&mut self, id: BoxId, shown: &LayoutBox) {
        self.paint_own(id, shown);
        self.phases(id, shown);
        self.paint_over(id, shown);
    }

    pub(super) fn phases(&mut self, id: BoxId, shown: &LayoutBox) {
        self.phase(id, shown, Phase::Blocks);
        if self.has_floats(id, shown) {
            self.phase(id, shown, Phase::Floats);
        }
        self.phase(id, shown, Phase::Lines);
    }

    fn has_floats(&self, id: BoxId, shown: &LayoutBox) -> bool {
        // Only block containers hold floats, directly or through blocks.
        !has_items(&shown.style)
            && self.children(id, shown).iter().filter(|&&c| self.place(c).known).any(|&c| {
                self.get(c).is_some_and(|b| match self.part((id, shown), c, b) {
                    Part::Float => true,
                    Part::Block | Part::Inline => self.has_floats(c, b),
                    _ => false,
                })
            })
    }

    fn part(&self, (around, parent): (BoxId, &LayoutBox), id: BoxId, shown: &LayoutBox) -> Part {
        let s = &shown.style;
        let place = self.place(id);
        if s.is_positioned() || place.context.is_some() {
            Part::Apart
        } else if has_items(&parent.style) {
            Part::Atomic
        } else if s.float != Float::None {
            Part::Float
        } else if place.inline {
            Part::Inline
        } else if parent.inline.is_some() || self.place(around).inline && is_inline_level(s.display) {
            Part::Atomic
        } else {
            Part::Block
        }
    }

    fn phase(&mut self, id: BoxId, shown: &LayoutBox, phase: Phase) {
        if phase == Phase::Lines {
            self.paint_lines(id, shown, None);
        }
        let mut ordered: SmallVec<[BoxId; 8]> = SmallVec::new();
        let near = self.near_children.get(&id).cloned();
        let children: &[BoxId] = near.as_deref().unwrap_or(&shown.children);
        let children: &[BoxId] = if has_items(&shown.style) && self.reorders(children) {
            ordered.extend_from_slice(children);
            ordered.sort_by_key(|&c| self.get(c).map_or(0, |b| b.style.order));
            &ordered
        } else {
            children
        };
        for &child in children {
            let Some(b) = self.get(child).filter(|_| self.place(child).known) else { continue };
            match (self.part((id, shown), child, b), phase) {
                (Part::Block, Phase::Blocks) => {
                    self.paint_own(child, b);
                    self.phase(child, b, phase);
                }
                (Part::Block, _) => {
                    self.phase(child, b, phase);
                    if phase == Phase::Lines {
                        self.paint_over(child, b);
                    }
                }
                (Part::Inline, _) => self.phase(child, b, phase),
                (Part::Float, Phase::Floats) | (Part::Atomic, Phase::Lines) => self.paint_whole(child, b),
                _ => {}
            }
        }
    }

    /// The children of a box, of many those that may be near the screen.
    fn children<'s>(&'s self, id: BoxId, shown: &'s LayoutBox) -> &'s [BoxId] {
        self.near_children.get(&id).map_or(&shown.children, |near| near)
    }

    fn reorders(&self, children: &[BoxId]) -> bool {
        children.iter().any(|&c| self.get(c).is_some_and(|b| b.style.order != 0))
    }

    /// A box's own picture: hit area, shadows, background, border, and what a component draws.
    fn paint_own(&mut self, id: BoxId, shown: &LayoutBox) {
        if !is_visible(&shown.style) {
            return;
        }
        let place = self.place(id);
        let rect = self.border_box(id, shown);
        let layout = &shown.layout;
        self.hit_area(&place, shown, rect);
        let edges = (layout.border, layout.padding);
        self.decorate(&place, &shown.style, rect, edges, id, self.canvas_box == Some(id));
        self.paint_component(id, shown, &place, rect);
    }

    /// A box whose pieces stand on the lines of the container around it. [`Place::inline`] keeps the answer.
    pub(super) fn is_inline(&self, shown: &LayoutBox, tag: Atom) -> bool {
        let s = &shown.style;
        s.display == Display::Inline
            && !s.is_out_of_flow()
            && s.float == Float::None
            && shown.inline.is_none()
            && !matches!(shown.origin, BoxOrigin::Anonymous(_))
            && !shown.parent.and_then(|p| self.get(p)).is_some_and(|p| has_items(&p.style))
            && !(matches!(shown.origin, BoxOrigin::Element(_))
                && matches!(&**self.doc.names.resolve(tag), "image" | "cover-image" | "canvas" | "video"))
    }

    pub(super) fn hit_area(&mut self, place: &Place, shown: &LayoutBox, rect: Rect) {
        if shown.style.pointer_events == PointerEvents::None || rect.is_empty() {
            return;
        }
        let radii = super::place::radii(&shown.style.border_radius, rect.width, rect.height);
        let (spatial, clip) = (place.spatial, place.clip);
        self.hit(HitArea { node: shown.origin.node(), spatial, clip, rect, radii });
    }
}

fn is_inline_level(d: Display) -> bool {
    matches!(
        d,
        Display::InlineBlock
            | Display::InlineFlex
            | Display::InlineGrid
            | Display::InlineTable
            | Display::WebkitInlineBox
    )
}
