//! Glyph runs and paths as masks.

use super::prim::{Prim, PrimKind};
use super::{Context, FramePath, LargePaths, Preparer, Resources};
use crate::glyphs::{GlyphShape, OUTLINE_EM, PAGE_SIZE, PathShape, Placed};
use crate::paint::geometry::{Affine, DeviceRect, Point, Rect};
use crate::paint::list::{GlyphItem, PathItem};
use crate::paint::path::FillRule;

/// A path that is larger than this either way is no mask where it can be a mesh, device px: masks of large paths fill
/// the pages that glyphs need. Glyphs whose em is larger are paths.
const LARGE: i32 = 256;

impl Preparer {
    pub(super) fn glyphs(&mut self, ctx: &Context, item: &GlyphItem, origin: Point, resources: &mut Resources<'_>) {
        let Some((run, glyphs)) = item.shown() else { return };
        if item.color.a == 0 || run.size <= 0.0 {
            return;
        }
        let pen = origin + item.origin + Point::new(run.x, run.baseline);
        let Some(area) = item.area(origin) else { return };
        let limit = Self::device_bounds(ctx, &area, 1.0).intersect(&ctx.limit);
        if limit.is_empty() {
            return;
        }
        let ctx = &Context { limit, ..*ctx };
        let face = resources.fonts.face(run.face);
        let font = resources.glyphs.font(face);
        let m = ctx.space.to_device;
        let aligned = ctx.space.axis_aligned;
        let s = run.size;
        let matrix = if aligned { [s * m.a, 0.0, 0.0, s * m.d] } else { [s * m.a, s * m.b, s * m.c, s * m.d] };
        let color = [item.color.r, item.color.g, item.color.b, item.color.a];
        let pixels = (matrix[0] * matrix[3] - matrix[1] * matrix[2]).abs().sqrt();
        let whole = limit.contains(&Self::device_bounds(ctx, &area, 1.0));
        for glyph in glyphs {
            // What a glyph may touch, as for the area of its run.
            let own = Rect::new(pen.x + glyph.x - s, area.y, glyph.advance + 2.0 * s, area.height);
            if !whole && Self::device_bounds(ctx, &own, 1.0).intersect(&limit).is_empty() {
                continue;
            }
            if pixels > LARGE as f32
                && let Some(path) =
                    resources.glyphs.outline(font, face, glyph.id, run.synthetic_bold, run.synthetic_italic)
            {
                let origin = pen + Point::new(glyph.x, -glyph.y);
                let (scale, rule) = (s / OUTLINE_EM, FillRule::NonZero);
                let outline = PathItem { path, origin, scale, stroke: None, rule, color: item.color };
                self.path(ctx, &outline, Point::default(), resources);
                continue;
            }
            let at = m.apply(pen + Point::new(glyph.x, -glyph.y));
            // The pen stands on quarters of a pixel across; down it stands on whole pixels while text is
            // upright.
            let x = at.x + 0.125;
            let y = if aligned { at.y + 0.5 } else { at.y + 0.125 };
            let (fx, fy) = (x.floor(), y.floor());
            if !(fx.abs() < 1e6 && fy.abs() < 1e6) {
                continue;
            }
            let shape = GlyphShape {
                matrix,
                offset: (x - fx, if aligned { 0.0 } else { y - fy }),
                bold: run.synthetic_bold,
                italic: run.synthetic_italic,
            };
            let (dx, dy) = (fx as i32, fy as i32);
            let shown = self.shown_from(&limit, (dx, dy));
            if let Some(p) = resources.glyphs.glyph(font, face, glyph.id, &shape, &shown) {
                self.mask(ctx, &p, (dx, dy), color);
            }
        }
    }

    /// What is drawn of an item, from a device pixel. Layers collect more.
    fn shown_from(&self, limit: &DeviceRect, (x, y): (i32, i32)) -> DeviceRect {
        let drawn = limit.intersect(&self.cull);
        DeviceRect::new(drawn.x0 - x, drawn.y0 - y, drawn.x1 - x, drawn.y1 - y)
    }

    /// A mask with its origin at a device pixel.
    fn mask(&mut self, ctx: &Context, p: &Placed, at: (i32, i32), color: [u8; 4]) {
        let (x, y) = (at.0 + p.left, at.1 + p.top);
        let kind = if p.color { PrimKind::ColorMask } else { PrimKind::Mask };
        let prim = Prim {
            bounds: [x, y, x + i32::from(p.width), y + i32::from(p.height)],
            kind: kind as u32,
            color,
            params: [i32::from(p.x) - x, i32::from(p.y) - y, i32::from(p.page), 0],
            ..Prim::default()
        };
        self.push(ctx, prim);
    }

    pub(super) fn path(&mut self, ctx: &Context, item: &PathItem, origin: Point, resources: &mut Resources<'_>) {
        if item.color.a == 0 || item.scale <= 0.0 {
            return;
        }
        let at = origin + item.origin;
        let m = ctx
            .space
            .to_device
            .then_inner(&Affine::translation(at.x, at.y))
            .then_inner(&Affine::scaling(item.scale, item.scale));
        // Whole pixels are moved, not rasterised again: only the fraction (in 1/16 px) is part of the mask.
        let (x, y) = (m.e + 1.0 / 32.0, m.f + 1.0 / 32.0);
        let (fx, fy) = (x.floor(), y.floor());
        if !(fx.abs() < 1e6 && fy.abs() < 1e6) {
            return;
        }
        let fraction = |v: f32| (v * 16.0).floor() / 16.0;
        let shape = PathShape {
            path: &item.path,
            matrix: [m.a, m.b, m.c, m.d, fraction(x - fx), fraction(y - fy)],
            stroke: item.stroke.as_deref(),
            rule: item.rule,
        };
        let Some(b) = shape.bounds() else { return };
        let cut = |v: f32| v.clamp(-1e6, 1e6) as i32;
        let (dx, dy) = (fx as i32, fy as i32);
        let bounds = DeviceRect::new(cut(b[0]), cut(b[1]), cut(b[2]), cut(b[3]));
        if self.large_paths == LargePaths::Meshes && (bounds.width() > LARGE || bounds.height() > LARGE) {
            let [a, b, c, d, e, f] = shape.matrix;
            let matrix = [a, b, c, d, e + fx, f + fy];
            let at = DeviceRect::new(bounds.x0 + dx, bounds.y0 + dy, bounds.x1 + dx, bounds.y1 + dy);
            let path = FramePath { path: item.path.clone(), stroke: item.stroke.clone(), rule: item.rule, matrix };
            if self.mesh(ctx, path, at, item.color) {
                return;
            }
        }
        let drawn = self.shown_from(&ctx.limit, (dx, dy));
        // Large paths are cut into tiles; those that do not show are left out.
        let page = PAGE_SIZE as i32;
        let mut top = bounds.y0;
        while top < bounds.y1 {
            let mut left = bounds.x0;
            while left < bounds.x1 {
                let tile = DeviceRect::new(left, top, (left + page).min(bounds.x1), (top + page).min(bounds.y1));
                let shown = DeviceRect::new(tile.x0 + dx, tile.y0 + dy, tile.x1 + dx, tile.y1 + dy);
                if !shown.intersect(&ctx.limit).is_empty() {
                    let size = (tile.width() as u32, tile.height() as u32);
                    if let Some(p) = resources.glyphs.path(&item.path, &shape, (left, top), size, &drawn) {
                        let color = [item.color.r, item.color.g, item.color.b, item.color.a];
                        self.mask(ctx, &p, (dx, dy), color);
                    }
                }
                left += page;
            }
            // Paths far larger than any screen end somewhere.
            if top > ctx.limit.y1 - dy {
                break;
            }
            top += page;
        }
    }
}
