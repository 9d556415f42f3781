//! Images as primitives.

use super::parts::PartedImage;
use super::prim::{FLAG_ALIGNED, FLAG_NEAREST, FLAG_TILED, FLAG_TINT, FLAG_WRAP_X, FLAG_WRAP_Y, Prim, PrimKind};
use super::shapes::{rgba, tile_shows};
use super::{Context, Preparer, Resources, Texture};
use crate::images::Bitmap;
use crate::paint::geometry::Point;
use crate::paint::list::{ImageItem, Picture, Sampling};
use crate::paint::space::Space;
use std::sync::Arc;

impl Preparer {
    pub(super) fn image(&mut self, ctx: &Context, item: &ImageItem, origin: Point, resources: &mut Resources<'_>) {
        let Some(local) = Self::local(ctx, &item.rect.translate(origin), &item.radii) else { return };
        if local.bounds.intersect(&ctx.limit).is_empty() || item.source.is_empty() || item.tile.rect.is_empty() {
            return;
        }
        // Size, levels that are there, finer ones that are not, texels of the finest one a px.
        let whole = |b: &Arc<Bitmap>| {
            (Texture::Bitmap(b.clone()), (b.width(), b.height()), b.levels().len(), b.skipped(), b.density())
        };
        let images = resources.images;
        let shown = match item.picture {
            Picture::Image(id) => images.bitmap_for(id, shown_size(item, &ctx.space)).map(whole),
            Picture::External(slot) => images.external(slot).and_then(|e| match self.hosted.contains(&slot) {
                true => Some((Texture::External(slot), e.size, 1, 0, (1.0, 1.0))),
                false => e.bitmap.as_ref().map(whole),
            }),
        };
        let Some((texture, size, levels, skipped, density)) = shown else { return };
        let (tile, step) = Self::tile(ctx, &item.tile, origin);
        if tile[2] <= 0.0 || tile[3] <= 0.0 {
            return;
        }
        // Texels per local px at full size decide the level; the rest of the reduction is below two.
        let (kx, ky) = (item.source.width * density.0 / tile[2], item.source.height * density.1 / tile[3]);
        let nearest = item.sampling == Sampling::Pixelated;
        let mut level = 0;
        let mut ratio = kx.max(ky);
        while ratio >= 2.0 && level + 1 < skipped + levels && !nearest {
            ratio *= 0.5;
            level += 1;
        }
        let mut level = level.saturating_sub(skipped);
        if let Texture::Bitmap(b) = &texture
            && self.is_too_large(b, level)
        {
            if local.flags & FLAG_ALIGNED != 0 && step == [0.0, 0.0] && item.source.width > 0.0 {
                return self.image_in_parts(ctx, &PartedImage { item, bitmap: b, local: &local, tile, level });
            }
            // Turned or repeated ones are shown in a smaller size.
            while level + 1 < levels && self.is_too_large(b, level) {
                level += 1;
            }
        }
        let down = |v: f32, full: u32, part: u32| v * part as f32 / full as f32;
        let (lw, lh) = match &texture {
            Texture::Bitmap(b) | Texture::Part(b, _) => (b.levels()[level].width, b.levels()[level].height),
            Texture::External(_) => size,
        };
        let (x0, y0) = (down(item.source.x, size.0, lw), down(item.source.y, size.1, lh));
        let (x1, y1) = (down(item.source.right(), size.0, lw), down(item.source.bottom(), size.1, lh));
        let limit = |lo: f32, hi: f32, n: u32| {
            let a = (lo.floor().max(0.0) as u32).min(n - 1);
            (a, (hi.ceil().max(1.0) as u32 - 1).clamp(a, n - 1))
        };
        if lw == 0 || lh == 0 {
            return;
        }
        let (cx, cy) = (limit(x0, x1, lw), limit(y0, y1, lh));
        let index = self.texture(texture);
        let data = &mut self.frame.data;
        let row = data.next();
        data.shape(&local.shape);
        data.floats(tile);
        data.words([step[0].to_bits(), step[1].to_bits(), level as u32, 0]);
        data.floats([x0, y0, (x1 - x0) / tile[2], (y1 - y0) / tile[3]]);
        data.words([cx.0, cy.0, cx.1, cy.1]);
        let mut flags = local.flags;
        if nearest {
            flags |= FLAG_NEAREST;
        }
        if item.tint.is_some() {
            flags |= FLAG_TINT;
        }
        if tile_shows(&tile, &step, &local.shape.rect) {
            flags |= FLAG_TILED;
        }
        let touch = |i: usize| step[i] > 0.0 && (step[i] - tile[i + 2]).abs() < 1e-3;
        flags |= if touch(0) { FLAG_WRAP_X } else { 0 } | if touch(1) { FLAG_WRAP_Y } else { 0 };
        let r = local.bounds;
        let prim = Prim {
            bounds: [r.x0, r.y0, r.x1, r.y1],
            kind: PrimKind::Image as u32 | flags,
            color: item.tint.map_or([255; 4], rgba),
            data: row,
            params: [index as i32, 0, 0, 0],
            ..Prim::default()
        };
        self.push(ctx, prim);
    }

    pub(super) fn texture(&mut self, texture: Texture) -> usize {
        let same = |t: &Texture| match (t, &texture) {
            (Texture::Bitmap(a), Texture::Bitmap(b)) => Arc::ptr_eq(a, b),
            (Texture::Part(a, p), Texture::Part(b, q)) => Arc::ptr_eq(a, b) && p == q,
            (Texture::External(a), Texture::External(b)) => a == b,
            _ => false,
        };
        // Neighbouring items share a texture more often than distant ones.
        if let Some(i) = self.frame.textures.iter().rposition(same) {
            return i;
        }
        self.frame.textures.push(texture);
        self.frame.textures.len() - 1
    }
}

/// The size at which a drawing is shown: what its one tile covers, in device px. Where it is scaled, in steps of two,
/// so that it is not rasterised for every step of an animation.
pub(crate) fn shown_size(item: &ImageItem, space: &Space) -> (u32, u32) {
    const MOST: f32 = 16_384.0;
    let whole = |v: f32| v.clamp(1.0, MOST) as u32;
    let tile = &item.tile.rect;
    if space.unscaled && item.tile.step == (0.0, 0.0) {
        let snapped = space.snap(tile);
        return (whole(snapped.width() as f32), whole(snapped.height() as f32));
    }
    let m = &space.to_device;
    let (sx, sy) = ((m.a * m.a + m.b * m.b).sqrt(), (m.c * m.c + m.d * m.d).sqrt());
    if space.unscaled {
        return (whole((tile.width * sx).round()), whole((tile.height * sy).round()));
    }
    let (across, down) = (tile.width * sx, tile.height * sy);
    let mut step = 1.0;
    while step < MOST && (tile.width * step < across || tile.height * step < down) {
        step *= 2.0;
    }
    while step > 1.0 / 64.0 && tile.width * step * 0.5 >= across && tile.height * step * 0.5 >= down {
        step *= 0.5;
    }
    (whole((tile.width * step).ceil()), whole((tile.height * step).ceil()))
}
