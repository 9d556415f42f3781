//! How layers come together with their surroundings: shadows under them, blended colours, masks.

use super::filter::Filter;
use super::layer::faded;
use super::prim::{FLAG_TINT, Prim, PrimKind};
use super::surface::{Look, Made, Put};
use super::{Context, Pass, Preparer};
use crate::paint::geometry::DeviceRect;
use pellicle_layout::style::computed::BlendMode;

impl Preparer {
    /// The shadows of a layer's `drop-shadow()` filters.
    pub(super) fn shadows(&mut self, filter: &Filter, ctx: &Context, made: &Made, opacity: f32) {
        for (&(offset, _, color), &from) in filter.shadows.iter().zip(&made.shadows) {
            self.composite(ctx, from, &Look { opacity, tint: Some((offset, color)), ..Look::default() });
        }
    }

    /// A layer's finished contents with their colours blended with those of its surroundings; `None` if that cannot
    /// be had.
    pub(super) fn blended(&mut self, layer: &Put, made: &Made, (mode, whole): (BlendMode, DeviceRect)) -> Option<u32> {
        let area = self.frame.surfaces[made.content as usize].rect;
        let reach = layer.filter.reach();
        let within = self.area();
        let spread = |r: DeviceRect| if layer.filter.is_none() { r } else { r.grow(&reach).intersect(&within) };
        let (room, whole) = (spread(area), spread(whole));
        if room.is_empty() || !self.afford(&whole, 3 * whole.area()) {
            return None;
        }
        let under = self.surroundings()?;
        let mut content = made.content;
        if !layer.filter.is_none() {
            // Filters come first: what they make of it is put together on a surface of its own.
            let outer = std::mem::take(&mut self.out);
            let context = Context { limit: room, ..layer.context };
            self.shadows(&layer.filter, &context, made, 1.0);
            self.composite(&context, made.content, &Look { matrix: layer.filter.matrix, ..Look::default() });
            content = self.add_surface(room, 1);
            self.draw_on(content);
            self.out = outer;
        }
        let copy = self.add_surface(room, 1);
        self.frame.passes.push(Pass::Copy { from: under, to: copy });
        let to = self.add_surface(room, 1);
        self.frame.passes.push(Pass::Blend { from: content, under: copy, to, mode });
        Some(to)
    }

    /// A mask of one picture over one colour is the picture in that colour. True if it was that.
    pub(super) fn tint(&mut self, mask: &[Prim]) -> bool {
        let group = self.layers.last().is_some_and(|l| !l.flat && l.surface.is_none() && !l.grouped);
        let ([mask], [fill]) = (mask, &self.out[..]) else { return false };
        let kinds = (mask.kind(), fill.kind()) == (PrimKind::Image, PrimKind::Solid);
        if !group || !kinds || mask.has(FLAG_TINT) || mask.clip != 0 && fill.clip != 0 && mask.clip != fill.clip {
            return false;
        }
        let r = mask.rect().intersect(&fill.rect());
        let bounds = [r.x0, r.y0, r.x1, r.y1];
        let clip = if mask.clip == 0 { fill.clip } else { mask.clip };
        let [red, green, blue, alpha] = fill.color;
        let color = [red, green, blue, faded(alpha, f32::from(mask.color[3]) / 255.0)];
        let tinted = Prim { bounds, kind: mask.kind | FLAG_TINT, color, clip, ..*mask };
        self.out.clear();
        if !r.is_empty() {
            self.out.push(tinted);
        }
        true
    }

    /// The pixels of the surface that a layer's primitive shows.
    pub(super) fn drawn_surface(&self, prim: &Prim) -> DeviceRect {
        self.frame.surfaces.get(prim.params[0].max(0) as usize).map_or(prim.rect(), |s| s.rect)
    }
}
