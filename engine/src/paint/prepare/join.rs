//! How layers come together with their surroundings: shadows under them, blended colours, masks.

use super::filter::Filter;
use super::layer::{Look, OpenLayer, faded};
use super::prim::{FLAG_TINT, Prim, PrimKind};
use super::{Context, Pass, Preparer};
use crate::paint::geometry::DeviceRect;
use pellicle_layout::style::computed::BlendMode;

impl Preparer {
    /// The shadows of a layer's `drop-shadow()` filters.
    pub(super) fn shadows(&mut self, filter: &Filter, ctx: &Context, surface: u32, opacity: f32) {
        for &(offset, sigma, color) in &filter.shadows {
            let from = if sigma > 0.0 { self.blur(surface, sigma, false) } else { surface };
            self.composite(ctx, from, &Look { opacity, tint: Some((offset, color)), ..Look::default() });
        }
    }

    /// A layer's finished contents with their colours blended with those of its surroundings; `None` if that cannot
    /// be had.
    pub(super) fn blended(&mut self, layer: &OpenLayer, surface: u32, mode: BlendMode) -> Option<u32> {
        let area = self.frame.surfaces[surface as usize].rect;
        let reach = layer.filter.reach();
        let room = if layer.filter.is_none() { area } else { area.grow(&reach).intersect(&self.area()) };
        if room.is_empty() || !self.afford(&room, 3 * room.area()) {
            return None;
        }
        let under = self.surroundings()?;
        let mut content = surface;
        if !layer.filter.is_none() {
            // Filters come first: what they make of it is put together on a surface of its own.
            let outer = std::mem::take(&mut self.out);
            let context = Context { limit: room, ..layer.context };
            self.shadows(&layer.filter, &context, surface, 1.0);
            let blurred = layer.filter.sigma > 0.0;
            let from = if blurred { self.blur(surface, layer.filter.sigma, false) } else { surface };
            self.composite(&context, from, &Look { matrix: layer.filter.matrix, ..Look::default() });
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
