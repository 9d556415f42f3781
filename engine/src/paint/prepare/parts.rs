//! Images that are larger than the painter's textures can be: cut into parts, each a texture of its own.
//!
//! A pixel is drawn from the part that the first of its texels lies in. Parts have a few texels of their neighbours
//! around them, so what is smoothed over an edge is there.

use super::prim::{FLAG_NEAREST, FLAG_TILED, FLAG_TINT, Prim, PrimKind};
use super::shapes::{Local, rgba, tile_shows};
use super::{Context, Part, Preparer, Texture};
use crate::images::Bitmap;
use crate::paint::geometry::DeviceRect;
use crate::paint::list::{ImageItem, Sampling};
use std::ops::Range;
use std::sync::Arc;

/// Longest side of a part, texels, without what is around it.
const SIDE: u32 = 2048;
/// Texels of neighbours on each side.
const AROUND: u32 = 2;

/// An upright image that is shown once.
pub(super) struct PartedImage<'a> {
    pub item: &'a ImageItem,
    pub bitmap: &'a Arc<Bitmap>,
    pub local: &'a Local,
    /// Its tile, local px.
    pub tile: [f32; 4],
    pub level: usize,
}

/// One axis of an image: texels, the first shown one, texels per px, where that is on the device.
struct Axis {
    texels: u32,
    shown: Range<f32>,
    scale: f32,
    start: f32,
}

/// One axis of a part: its texels, those of them that may be read, and the pixels that are drawn from it.
struct PartOf {
    texels: Range<u32>,
    limits: (u32, u32),
    pixels: Range<i32>,
}

impl Axis {
    /// The parts whose pixels lie in a range.
    fn parts(&self, side: u32, within: Range<i32>) -> impl Iterator<Item = PartOf> {
        let count = self.texels.div_ceil(side);
        // The pixel whose first texel is the first one of a part.
        let first = move |part: u32| match part {
            0 => i32::MIN,
            part if part == count => i32::MAX,
            part => {
                let texel = (part * side) as f32 + 0.5 - self.shown.start;
                (texel / self.scale + self.start - 0.5).ceil() as i32
            }
        };
        (0..count).filter_map(move |part| {
            let pixels = first(part).max(within.start)..first(part + 1).min(within.end);
            if pixels.is_empty() {
                return None;
            }
            let texels =
                (part * side).saturating_sub(AROUND)..((part + 1) * side).saturating_add(AROUND).min(self.texels);
            let low = (self.shown.start.floor().max(0.0) as u32).clamp(texels.start, texels.end - 1);
            let high = (self.shown.end.ceil().max(1.0) as u32 - 1).clamp(low, texels.end - 1);
            Some(PartOf { limits: (low - texels.start, high - texels.start), texels, pixels })
        })
    }
}

impl Preparer {
    /// True if a level of an image is more than a texture can be.
    pub(super) fn is_too_large(&self, bitmap: &Bitmap, level: usize) -> bool {
        bitmap.levels().get(level).is_some_and(|l| l.width.max(l.height) > self.max_side)
    }

    /// Draws those parts of an image that show.
    pub(super) fn image_in_parts(&mut self, ctx: &Context, image: &PartedImage<'_>) {
        let PartedImage { item, bitmap, local, tile, level } = image;
        let Some(texels) = bitmap.levels().get(*level) else { return };
        let source = &item.source;
        let axis = |texels: u32, full: u32, from: f32, to: f32, start: f32, length: f32| {
            let down = |v: f32| v * texels as f32 / full as f32;
            let shown = down(from)..down(to);
            Axis { texels, scale: (shown.end - shown.start) / length, shown, start }
        };
        let across = axis(texels.width, bitmap.width(), source.x, source.right(), tile[0], tile[2]);
        let down = axis(texels.height, bitmap.height(), source.y, source.bottom(), tile[1], tile[3]);
        let side = SIDE.min(self.max_side.saturating_sub(2 * AROUND)).max(1);
        let shown = local.bounds.intersect(&ctx.limit);
        let mut flags = local.flags;
        if item.sampling == Sampling::Pixelated {
            flags |= FLAG_NEAREST;
        }
        if item.tint.is_some() {
            flags |= FLAG_TINT;
        }
        if tile_shows(tile, &[0.0, 0.0], &local.shape.rect) {
            flags |= FLAG_TILED;
        }
        for v in down.parts(side, shown.y0..shown.y1) {
            for u in across.parts(side, shown.x0..shown.x1) {
                let (x, y) = (u.texels.start, v.texels.start);
                let part = Part { at: (x, y), size: (u.texels.len() as u32, v.texels.len() as u32) };
                let texture = self.texture(Texture::Part((*bitmap).clone(), part));
                let data = &mut self.frame.data;
                let row = data.next();
                data.shape(&local.shape);
                data.floats(*tile);
                data.words([0, 0, *level as u32, 0]);
                data.floats([across.shown.start - x as f32, down.shown.start - y as f32, across.scale, down.scale]);
                data.words([u.limits.0, v.limits.0, u.limits.1, v.limits.1]);
                let bounds = DeviceRect::new(u.pixels.start, v.pixels.start, u.pixels.end, v.pixels.end);
                let prim = Prim {
                    bounds: [bounds.x0, bounds.y0, bounds.x1, bounds.y1],
                    kind: PrimKind::Image as u32 | flags,
                    color: item.tint.map_or([255; 4], rgba),
                    data: row,
                    params: [texture as i32, 0, 0, 0],
                    ..Prim::default()
                };
                self.push(ctx, prim);
            }
        }
    }
}
