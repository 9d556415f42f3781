//! Borders of two rings: double ones, grooves and ridges.

use super::prim::{FLAG_BORDER, Prim, PrimKind, Shape};
use super::shapes::{Local, packed};
use super::{Context, Preparer};
use crate::paint::geometry::Radii;
use crate::paint::list::Border;
use crate::paint::relief;
use pellicle_layout::style::computed::{Color, Edges, LineStyle};

impl Preparer {
    /// Two rings of a third of the width each.
    pub(super) fn double_border(&mut self, ctx: &Context, local: &Local, b: &Border) {
        let w = Self::border_widths(ctx, &b.widths);
        let third = |v: f32| if v < 3.0 { v } else { (v / 3.0).round().max(1.0) };
        let ring = each(&w, third);
        self.ring(ctx, local, &local.shape, &ring, &b.colors);
        self.inner_ring(ctx, local, &rest(&w, &ring), &ring, &b.colors);
    }

    /// Two rings of half of the width each, one sunken and one raised.
    pub(super) fn relief_border(&mut self, ctx: &Context, local: &Local, b: &Border) {
        let w = Self::border_widths(ctx, &b.widths);
        // Of an odd number of pixels the outer ring has one more.
        let outer = each(&w, |v| if v == v.floor() { (v * 0.5).ceil() } else { v * 0.5 });
        let groove = b.style == LineStyle::Groove;
        self.ring(ctx, local, &local.shape, &outer, &relief::sides(&b.colors, groove));
        self.inner_ring(ctx, local, &outer, &rest(&w, &outer), &relief::sides(&b.colors, !groove));
    }

    /// A ring that lies inside of the box's edges by a gap.
    fn inner_ring(&mut self, ctx: &Context, local: &Local, gap: &Edges<f32>, ring: &Edges<f32>, colors: &Edges<Color>) {
        if [gap.top, gap.right, gap.bottom, gap.left].iter().all(|&g| g <= 0.0) {
            return;
        }
        let s = &local.shape;
        let radii = Radii { x: s.rx, y: s.ry }.inset(*gap);
        let rect = [s.rect[0] + gap.left, s.rect[1] + gap.top, s.rect[2] - gap.right, s.rect[3] - gap.bottom];
        let inner = Shape { inverse: s.inverse, rect, rx: radii.x, ry: radii.y };
        let only = |g: f32, r: f32| if g > 0.0 { r } else { 0.0 };
        let ring = Edges {
            top: only(gap.top, ring.top),
            right: only(gap.right, ring.right),
            bottom: only(gap.bottom, ring.bottom),
            left: only(gap.left, ring.left),
        };
        self.ring(ctx, local, &inner, &ring, colors);
    }

    fn ring(&mut self, ctx: &Context, local: &Local, shape: &Shape, w: &Edges<f32>, c: &Edges<Color>) {
        let data = &mut self.frame.data;
        let row = data.next();
        data.shape(shape);
        data.floats([w.top, w.right, w.bottom, w.left]);
        data.words([packed(c.top), packed(c.right), packed(c.bottom), packed(c.left)]);
        let r = local.bounds;
        let kind = PrimKind::Quad as u32 | local.flags | FLAG_BORDER;
        self.push(ctx, Prim { bounds: [r.x0, r.y0, r.x1, r.y1], kind, data: row, ..Prim::default() });
    }
}

fn each(w: &Edges<f32>, f: impl Fn(f32) -> f32) -> Edges<f32> {
    Edges { top: f(w.top), right: f(w.right), bottom: f(w.bottom), left: f(w.left) }
}

/// What of widths is left.
fn rest(w: &Edges<f32>, taken: &Edges<f32>) -> Edges<f32> {
    Edges {
        top: w.top - taken.top,
        right: w.right - taken.right,
        bottom: w.bottom - taken.bottom,
        left: w.left - taken.left,
    }
}
