//! Ink: where a box and everything below it may paint, so that a painter need not look at what is far from the
//! screen.
//!
//! Kept for every box and brought up to date after each layout along the trail of what changed. Areas are never too
//! small; they may be too large.
//!
//! Invariant: where a box's ink is not known, neither is that of the boxes around it.

use super::boxes::{BoxId, BoxLayout, InlineContent, LayoutBox};
use super::geometry::{Matrix, Rect};
use super::tree::BoxTree;
use crate::style::ComputedStyle;
use crate::style::computed::{FilterOp, Overflow, Position, Shadow, TransformOp};
use smallvec::SmallVec;

/// What may be anywhere reaches this far, logical px.
const FAR: f32 = 1e7;
/// Painters round edges outwards, logical px.
const ROUNDING: f32 = 2.0;

/// Where a box and what is below it may paint.
#[derive(Clone, Debug, PartialEq)]
pub struct Ink {
    /// The area, after the box's own transform and filters, from the left top corner of its border box as laid out.
    pub area: Rect,
    /// Boxes below that are placed by a box further out, which has them in its area.
    pub placed_outside: SmallVec<[BoxId; 1]>,
    /// The box, or one below, sticks or moves by itself: it may be anywhere at any time.
    pub roams: bool,
}

/// A growing area, as edges.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

impl Area {
    pub fn of(rect: Rect) -> Area {
        Area { left: rect.x, top: rect.y, right: rect.x + rect.width, bottom: rect.y + rect.height }
    }

    pub fn add(&mut self, other: Area) {
        self.left = self.left.min(other.left);
        self.top = self.top.min(other.top);
        self.right = self.right.max(other.right);
        self.bottom = self.bottom.max(other.bottom);
    }

    fn outset(self, x: f32, y: f32) -> Area {
        Area { left: self.left - x, top: self.top - y, right: self.right + x, bottom: self.bottom + y }
    }

    pub fn rect(self) -> Rect {
        let edges = [self.left, self.top, self.right, self.bottom];
        if !edges.iter().all(|v| v.is_finite()) {
            return Rect { x: -FAR, y: -FAR, width: 2.0 * FAR, height: 2.0 * FAR };
        }
        Rect { x: self.left, y: self.top, width: self.right - self.left, height: self.bottom - self.top }
    }
}

impl BoxTree {
    /// Where a box and what is below it may paint. Known of every box after a layout.
    pub fn ink(&self, id: BoxId) -> Option<&Ink> {
        self.get(id)?;
        self.data(id).ink.as_ref()
    }

    /// What a box paints has changed, or where boxes below it are.
    pub(crate) fn forget_ink(&mut self, id: BoxId) {
        let mut at = Some(id);
        while let Some(id) = at.filter(|&id| self.contains(id)) {
            if self.data_mut(id).ink.take().is_none() {
                break;
            }
            at = self.shown(id).parent;
            at.into_iter().for_each(|around| self.forget_group(around, id));
        }
    }

    /// Finds the ink of the boxes where it is not known.
    pub(crate) fn find_ink(&mut self) {
        let Some(root) = self.root().filter(|&root| self.contains(root) && self.data(root).ink.is_none()) else {
            return;
        };
        // Children before the boxes around them, without recursion.
        let mut stack = vec![(root, false)];
        while let Some((id, below_is_known)) = stack.pop() {
            if !self.contains(id) || self.data(id).ink.is_some() {
                continue;
            }
            if below_is_known {
                self.find_groups(id);
                let ink = self.ink_of(id);
                self.data_mut(id).ink = Some(ink);
            } else {
                stack.push((id, true));
                self.each_inkless(id, |child| stack.push((child, false)));
            }
        }
    }

    fn ink_of(&self, id: BoxId) -> Ink {
        let shown = self.shown(id);
        let (style, layout) = (&*shown.style, &shown.layout);
        let mut own = Area::of(Rect { x: 0.0, y: 0.0, width: layout.width, height: layout.height });
        own.add(shadows(own, &style.box_shadow));
        let line = (style.outline.width + style.outline.offset).max(0.0);
        own = own.outset(line + ROUNDING, line + ROUNDING);
        let mut inside: Option<Area> = None;
        let mut add = |area: Area| match &mut inside {
            Some(inside) => inside.add(area),
            None => inside = Some(area),
        };
        if let Some(content) = &shown.inline {
            lines(content, &mut add);
        }
        let roams = style.position == Position::Sticky || style.moving.transform;
        let below = self.children_ink(id);
        below.area.into_iter().for_each(&mut add);
        let roams = roams || below.roams;
        if let Some(inside) = inside {
            own.add(clipped(inside, style, layout));
        }
        own = filtered(own, &style.filter);
        let area = if self.can_transform(id) { transformed(own.rect(), shown) } else { own.rect() };
        Ink { area, placed_outside: below.placed_outside, roams }
    }
}

/// The area of a box's shadows.
fn shadows(of: Area, list: &[Shadow]) -> Area {
    let mut all = of;
    for shadow in list.iter().filter(|s| !s.inset) {
        let reach = shadow.spread + shadow.blur * 2.0;
        let mut cast = of.outset(reach, reach);
        (cast.left, cast.right) = (cast.left + shadow.x, cast.right + shadow.x);
        (cast.top, cast.bottom) = (cast.top + shadow.y, cast.bottom + shadow.y);
        all.add(cast);
    }
    all
}

/// Glyphs may reach out of their run by an em; see the display list's items.
fn lines(content: &InlineContent, add: &mut impl FnMut(Area)) {
    for run in &content.runs {
        let glyphs = Area {
            left: run.x - run.size,
            top: run.baseline - run.ascent - run.size,
            right: run.x + run.width + run.size,
            bottom: run.baseline + run.descent + run.size,
        };
        add(shadows(glyphs, &run.style.text_shadow));
    }
    for f in &content.fragments {
        add(Area::of(f.rect()));
    }
}

/// What a box lets through of the area of its contents.
fn clipped(inside: Area, style: &ComputedStyle, layout: &BoxLayout) -> Area {
    let mut area = inside;
    if style.overflow_x != Overflow::Visible {
        (area.left, area.right) = (area.left.max(0.0), area.right.min(layout.width));
    }
    if style.overflow_y != Overflow::Visible {
        (area.top, area.bottom) = (area.top.max(0.0), area.bottom.min(layout.height));
    }
    area
}

fn filtered(area: Area, filters: &[FilterOp]) -> Area {
    let mut all = area;
    for filter in filters {
        match filter {
            FilterOp::Blur(deviation) => all = all.outset(deviation * 3.0, deviation * 3.0),
            FilterOp::DropShadow(shadow) => {
                // Its length is the deviation, that of a box's shadow is twice that.
                let shadow = Shadow { blur: shadow.blur * 2.0, ..*shadow };
                all.add(shadows(all, std::slice::from_ref(&shadow)));
            }
            _ => {}
        }
    }
    all
}

/// The rectangle around an area after the box's transform.
fn transformed(area: Rect, shown: &LayoutBox) -> Rect {
    // What moves by itself is anywhere: its ink does not change from frame to frame.
    if shown.style.transform.is_empty() || shown.style.moving.transform {
        return area;
    }
    let projects = |op: &TransformOp| matches!(op, TransformOp::Matrix3d(_) | TransformOp::Perspective(_));
    if shown.style.transform.iter().any(projects) {
        return Rect { x: -FAR, y: -FAR, width: 2.0 * FAR, height: 2.0 * FAR };
    }
    let matrix = Matrix::of_style(&shown.style, shown.layout.width, shown.layout.height);
    let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
        .map(|(x, y)| matrix.map(area.x + x * area.width, area.y + y * area.height));
    let edges = corners.iter().fold(
        Area { left: f32::INFINITY, top: f32::INFINITY, right: f32::NEG_INFINITY, bottom: f32::NEG_INFINITY },
        |all, &(x, y)| {
            let mut all = all;
            all.add(Area { left: x, top: y, right: x, bottom: y });
            all
        },
    );
    edges.rect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(left: f32, top: f32, right: f32, bottom: f32) -> Area {
        Area { left, top, right, bottom }
    }

    #[test]
    fn figures_that_are_no_numbers_reach_everywhere() {
        assert!(area(0.0, f32::NAN, 1.0, 1.0).rect().width > 1e6);
        assert_eq!(area(1.0, 2.0, 4.0, 6.0).rect(), Rect { x: 1.0, y: 2.0, width: 3.0, height: 4.0 });
    }

    #[test]
    fn shadows_reach_by_offset_spread_and_blur() {
        let color = crate::style::computed::Color::BLACK;
        let shadow = Shadow { x: 10.0, y: 0.0, blur: 5.0, spread: 1.0, color, inset: false };
        let all = shadows(area(0.0, 0.0, 10.0, 10.0), &[shadow, Shadow { inset: true, x: 900.0, ..shadow }]);
        assert_eq!((all.left, all.top, all.right, all.bottom), (-1.0, -11.0, 31.0, 21.0));
    }
}
