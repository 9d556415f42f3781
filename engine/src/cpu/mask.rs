//! Coverage masks one to one: glyphs and paths.

use super::{Rows, Scene, Scratch, blend, shade};
use crate::glyphs::Page;
use crate::paint::geometry::DeviceRect;
use crate::paint::prepare::Prim;

/// The page's bytes under pixels `x0..x1` of row `y`.
fn page_row<'a>(page: &'a Page, prim: &Prim, y: i32, x0: i32, x1: i32, channels: usize) -> &'a [u8] {
    let start = (y + prim.params[1]) as usize * page.stride() + (x0 + prim.params[0]) as usize * channels;
    page.pixels().get(start..start + (x1 - x0) as usize * channels).unwrap_or(&[])
}

pub fn mask(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Scratch) {
    let Some(page) = scene.glyphs.coverage_pages().get(prim.params[2] as usize) else { return };
    let color = blend::premultiply(scene.order.arrange(prim.color));
    if prim.clip == 0 {
        for y in area.y0..area.y1 {
            let coverage = page_row(page, prim, y, area.x0, area.x1, 1);
            blend::mask(rows.span(y, area.x0, area.x1), coverage, color);
        }
        return;
    }
    shade(scene, prim, area, rows, scratch, |y, row, _| {
        let coverage = page_row(page, prim, y, area.x0, area.x1, 1);
        for (px, &m) in row.chunks_exact_mut(4).zip(coverage) {
            px.copy_from_slice(&blend::fade(color, u32::from(m)));
        }
    });
}

pub fn color_mask(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Scratch) {
    let Some(page) = scene.glyphs.color_pages().get(prim.params[2] as usize) else { return };
    let opacity = u32::from(prim.color[3]);
    shade(scene, prim, area, rows, scratch, |y, row, _| {
        let texels = page_row(page, prim, y, area.x0, area.x1, 4);
        for (px, t) in row.chunks_exact_mut(4).zip(texels.chunks_exact(4)) {
            let t = scene.order.arrange([t[0], t[1], t[2], t[3]]);
            px.copy_from_slice(&blend::fade(t, opacity));
        }
    });
}
