//! A surface: its pixels, and how each command changes them.

use super::blur;
use super::composite;
use super::outline::{Contour, coverage, flatten};
use super::shader::Shader;
use crate::cpu::layer::recolor;
use crate::glyphs::Mask;
use crate::images::Bitmap;
use crate::paint::prepare::filter::{Filter, parts};
use pellicle_layout::style::computed::Color;
use pellicle_script::capability::canvas::{Area, ClipPath, Composite, FillRule, Look, Pixels, Shadow};
use std::sync::Arc;

/// Clips whose masks are kept.
const KEPT_CLIPS: usize = 4;

type Clip = Arc<[Arc<ClipPath>]>;

/// Premultiplied RGBA that scripts draw on.
pub struct Surface {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
    /// Its pixels as a picture, until they change.
    picture: Option<Arc<Bitmap>>,
    /// Masks of the last clips, of the size of the surface; `None` for an empty one.
    clips: Vec<(Clip, Option<Arc<[u8]>>)>,
}

/// A rectangle of premultiplied RGBA.
struct Layer {
    left: i32,
    top: i32,
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Layer {
    fn pixel(&self, x: i32, y: i32) -> [u8; 4] {
        let (x, y) = (x - self.left, y - self.top);
        if x < 0 || y < 0 || x as usize >= self.width || y as usize >= self.height {
            return [0; 4];
        }
        let at = (y as usize * self.width + x as usize) * 4;
        [self.pixels[at], self.pixels[at + 1], self.pixels[at + 2], self.pixels[at + 3]]
    }

    /// This one over another, on an area that holds both, as far as it is not far beyond the surface.
    fn over(&self, below: Layer, surface: (i32, i32)) -> Layer {
        const BEYOND: i32 = 1024;
        let end = |layer: &Layer| (layer.left + layer.width as i32, layer.top + layer.height as i32);
        let (own, other) = (end(self), end(&below));
        let (left, top) = (self.left.min(below.left).max(-BEYOND), self.top.min(below.top).max(-BEYOND));
        let right = own.0.max(other.0).min(surface.0 + BEYOND).max(left);
        let bottom = own.1.max(other.1).min(surface.1 + BEYOND).max(top);
        let (width, height) = ((right - left) as usize, (bottom - top) as usize);
        let mut pixels = Vec::with_capacity(width * height * 4);
        for y in top..bottom {
            for x in left..right {
                pixels.extend(composite::pixel(Composite::SourceOver, self.pixel(x, y), below.pixel(x, y)));
            }
        }
        Layer { left, top, width, height, pixels }
    }

    /// The same with room around it, within `most` beyond the surface's sides.
    fn outset(&self, by: i32, surface: (i32, i32), beyond: i32) -> Layer {
        let left = (self.left - by).max(-beyond);
        let top = (self.top - by).max(-beyond);
        let right = (self.left + self.width as i32 + by).min(surface.0 + beyond).max(left);
        let bottom = (self.top + self.height as i32 + by).min(surface.1 + beyond).max(top);
        let (width, height) = ((right - left) as usize, (bottom - top) as usize);
        let mut pixels = Vec::with_capacity(width * height * 4);
        for y in top..bottom {
            for x in left..right {
                pixels.extend(self.pixel(x, y));
            }
        }
        Layer { left, top, width, height, pixels }
    }
}

fn bytes(c: [f32; 4]) -> [u8; 4] {
    c.map(|v| (v * 255.0 + 0.5) as u8)
}

impl Surface {
    /// A transparent surface.
    pub fn new(width: u32, height: u32) -> Surface {
        Surface {
            width,
            height,
            pixels: vec![0; width as usize * height as usize * 4],
            picture: None,
            clips: Vec::new(),
        }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Its pixels as a picture, which is made once for all that draw or show it as it is.
    pub fn bitmap(&mut self) -> Option<Arc<Bitmap>> {
        if self.picture.is_none() {
            let made = Bitmap::from_premultiplied(self.width, self.height, self.pixels.clone());
            self.picture = made.map(Arc::new);
        }
        self.picture.clone()
    }

    fn whole(&self) -> Area {
        Area { x: 0, y: 0, width: self.width, height: self.height }
    }

    /// The mask of a clip: `None` for no clip, an inner `None` if nothing is left.
    fn clip(&mut self, clip: &Clip) -> Option<Option<Arc<[u8]>>> {
        if clip.is_empty() {
            return None;
        }
        if let Some((_, mask)) = self.clips.iter().find(|(known, _)| Arc::ptr_eq(known, clip)) {
            return Some(mask.clone());
        }
        let (w, h) = (self.width as usize, self.height as usize);
        let mut whole: Option<Vec<u8>> = Some(vec![255; w * h]);
        for path in clip.iter() {
            let Some(so_far) = &mut whole else { break };
            let Some(mask) = coverage(&flatten(&path.outline), path.rule, self.width, self.height) else {
                whole = None;
                break;
            };
            for (y, row) in so_far.chunks_exact_mut(w).enumerate() {
                let inner = (y as i32 - mask.top) as usize;
                let covers = y as i32 >= mask.top && inner < mask.height as usize;
                for (x, v) in row.iter_mut().enumerate() {
                    let column = (x as i32 - mask.left) as usize;
                    *v = match covers && x as i32 >= mask.left && column < mask.width as usize {
                        true => {
                            let m = mask.bytes[inner * mask.width as usize + column];
                            crate::cpu::blend::div255(u32::from(*v) * u32::from(m)) as u8
                        }
                        false => 0,
                    };
                }
            }
        }
        let mask: Option<Arc<[u8]>> = whole.map(Arc::from);
        if self.clips.len() >= KEPT_CLIPS {
            self.clips.remove(0);
        }
        self.clips.push((clip.clone(), mask.clone()));
        Some(mask)
    }

    /// Fills what contours enclose.
    pub fn fill(&mut self, contours: &[Contour], rule: FillRule, shader: &Shader<'_>, look: &Look) {
        match coverage(contours, rule, self.width, self.height) {
            Some(mask) if look.shadow.is_none() => self.fill_mask(&mask, shader, look),
            // What lies beside the surface may throw a shadow onto it.
            mask if look.shadow.is_some() => {
                let reach = self.shadow_room(look);
                let (dx, dy) = (reach, reach);
                let moved: Vec<Contour> =
                    contours.iter().map(|c| c.iter().map(|p| [p[0] + dx as f32, p[1] + dy as f32]).collect()).collect();
                let (w, h) = (self.width + 2 * reach as u32, self.height + 2 * reach as u32);
                match coverage(&moved, rule, w, h) {
                    Some(mut wide) => {
                        wide.left -= dx;
                        wide.top -= dy;
                        self.fill_mask(&wide, shader, look);
                    }
                    None => drop(mask),
                }
            }
            _ if composite::is_unbounded(look.composite) => self.fill_mask(&Mask::default(), shader, look),
            _ => {}
        }
    }

    /// How far beside the surface things lie whose shadow may show, px.
    fn shadow_room(&self, look: &Look) -> i32 {
        let Some(shadow) = look.shadow else { return 0 };
        let far = shadow.offset.0.abs().max(shadow.offset.1.abs()) + f64::from(blur::reach(shadow.blur * 0.5));
        far.clamp(0.0, 1024.0).ceil() as i32
    }

    /// Colours what a mask covers.
    pub fn fill_mask(&mut self, mask: &Mask, shader: &Shader<'_>, look: &Look) {
        self.picture = None;
        if look.shadow.is_some() || !look.filters.is_empty() || composite::is_unbounded(look.composite) {
            let layer = colored(mask, shader);
            self.put_layer(layer, look);
            return;
        }
        let clip = match self.clip(&look.clip) {
            Some(None) => return,
            Some(mask) => mask,
            None => None,
        };
        let plain = match shader {
            Shader::Plain(color) => Some(bytes(*color)),
            _ => None,
        };
        let w = self.width as usize;
        for row in 0..mask.height as usize {
            let y = mask.top + row as i32;
            if y < 0 || y >= self.height as i32 {
                continue;
            }
            let line = &mask.bytes[row * mask.width as usize..][..mask.width as usize];
            for (x, &m) in (mask.left..).zip(line) {
                if m == 0 || x < 0 || x >= self.width as i32 {
                    continue;
                }
                let at = y as usize * w + x as usize;
                let share = match &clip {
                    Some(clip) => crate::cpu::blend::div255(u32::from(m) * u32::from(clip[at])),
                    None => u32::from(m),
                };
                if share == 0 {
                    continue;
                }
                let source = plain.unwrap_or_else(|| bytes(shader.pixel(x, y)));
                let source = if share == 255 { source } else { crate::cpu::blend::fade(source, share) };
                let px = &mut self.pixels[at * 4..at * 4 + 4];
                let below = [px[0], px[1], px[2], px[3]];
                px.copy_from_slice(&composite::pixel(look.composite, source, below));
            }
        }
    }

    /// Puts coloured pixels (a glyph that is a picture) on the surface.
    pub fn put_colored(&mut self, mask: Mask, alpha: f32, look: &Look) {
        let mut pixels = mask.bytes;
        crate::cpu::blend::fade_row(&mut pixels, (alpha * 255.0 + 0.5) as u32);
        let (width, height) = (mask.width as usize, mask.height as usize);
        self.put_layer(Layer { left: mask.left, top: mask.top, width, height, pixels }, look);
    }

    fn put_layer(&mut self, mut layer: Layer, look: &Look) {
        let surface = (self.width as i32, self.height as i32);
        for part in parts(&look.filters).into_iter().filter(|part| !part.is_empty()) {
            let mut opacity = 1.0;
            let filter = Filter::new(&look.filters[part], 1.0, &mut opacity);
            layer = filtered(layer, &filter, opacity, surface);
        }
        if let Some(shadow) = &look.shadow {
            let under = shade(&layer, shadow, surface);
            self.put_on(&under, look);
        }
        self.put_on(&layer, look);
    }

    fn put_on(&mut self, layer: &Layer, look: &Look) {
        self.picture = None;
        let whole = composite::is_unbounded(look.composite);
        let (w, h) = (self.width as i32, self.height as i32);
        let (x0, y0, x1, y1) = match whole {
            true => (0, 0, w, h),
            false => {
                let (right, bottom) = (layer.left + layer.width as i32, layer.top + layer.height as i32);
                (layer.left.max(0), layer.top.max(0), right.min(w), bottom.min(h))
            }
        };
        let clip = match self.clip(&look.clip) {
            Some(None) => return,
            Some(mask) => mask,
            None => None,
        };
        for y in y0..y1 {
            for x in x0..x1 {
                let source = layer.pixel(x, y);
                if source[3] == 0 && !whole {
                    continue;
                }
                let at = y as usize * w as usize + x as usize;
                let share = clip.as_ref().map_or(255, |c| c[at]);
                if share == 0 {
                    continue;
                }
                let px = &mut self.pixels[at * 4..at * 4 + 4];
                let below = [px[0], px[1], px[2], px[3]];
                let on = composite::pixel(look.composite, source, below);
                px.copy_from_slice(&if share == 255 { on } else { composite::mix(below, on, share) });
            }
        }
    }

    /// Makes what contours enclose transparent.
    pub fn clear(&mut self, contours: &[Contour], clip: &Clip) {
        let look = Look { alpha: 1.0, composite: Composite::DestinationOut, clip: clip.clone(), ..Look::default() };
        self.fill(contours, FillRule::NonZero, &Shader::plain(Color::rgba(0, 0, 0, 255), 1.0), &look);
    }

    /// Replaces pixels.
    pub fn put(&mut self, pixels: &Pixels, at: (i32, i32), part: &Area) {
        self.picture = None;
        let stride = pixels.width as usize * 4;
        // Along an axis: the part that is there and lands on the surface, and how far it moves.
        let along = |first: i32, count: u32, most: u32, at: i32, side: u32| {
            let (first, at) = (i64::from(first), i64::from(at));
            let end = (first + i64::from(count)).min(i64::from(most)).min(i64::from(side) - at);
            (first.max(0).max(-at)..end, at)
        };
        let rows = (pixels.bytes.len() / stride.max(1)).min(u32::MAX as usize) as u32;
        let (columns, right) = along(part.x, part.width, pixels.width, at.0, self.width);
        let (rows, down) = along(part.y, part.height, rows, at.1, self.height);
        for y in rows {
            for x in columns.clone() {
                let source = y as usize * stride + x as usize * 4;
                let Some(p) = pixels.bytes.get(source..source + 4) else { continue };
                let target = ((y + down) as usize * self.width as usize + (x + right) as usize) * 4;
                let color = crate::cpu::blend::premultiply([p[0], p[1], p[2], p[3]]);
                self.pixels[target..target + 4].copy_from_slice(&color);
            }
        }
    }

    /// Straight RGBA of an area, transparent beyond the surface.
    pub fn read(&self, area: &Area) -> Vec<u8> {
        let mut out = vec![0; area.width as usize * area.height as usize * 4];
        let whole = self.whole();
        for (j, row) in out.chunks_exact_mut((area.width as usize * 4).max(1)).enumerate() {
            let y = i64::from(area.y) + j as i64;
            if y < 0 || y >= i64::from(whole.height) {
                continue;
            }
            for (i, px) in row.chunks_exact_mut(4).enumerate() {
                let x = i64::from(area.x) + i as i64;
                if x < 0 || x >= i64::from(whole.width) {
                    continue;
                }
                let at = (y as usize * self.width as usize + x as usize) * 4;
                let p = &self.pixels[at..at + 4];
                let a = u32::from(p[3]);
                if a > 0 {
                    let straight = |v: u8| ((u32::from(v) * 255 + a / 2) / a).min(255) as u8;
                    px.copy_from_slice(&[straight(p[0]), straight(p[1]), straight(p[2]), p[3]]);
                }
            }
        }
        out
    }
}

/// A layer after filter functions that are put together.
fn filtered(mut layer: Layer, filter: &Filter, opacity: f32, surface: (i32, i32)) -> Layer {
    if filter.sigma > 0.0 {
        let sigma = f64::from(filter.sigma);
        let by = blur::reach(sigma) as i32;
        layer = layer.outset(by, surface, by);
        blur::blur(&mut layer.pixels, layer.width, layer.height, 4, sigma);
    }
    if let Some(matrix) = &filter.matrix {
        for px in layer.pixels.chunks_exact_mut(4) {
            px.copy_from_slice(&recolor([px[0], px[1], px[2], px[3]], matrix));
        }
    }
    for &(offset, sigma, color) in &filter.shadows {
        let offset = (f64::from(offset.x), f64::from(offset.y));
        let under = shade(&layer, &Shadow { color, blur: f64::from(sigma) * 2.0, offset }, surface);
        layer = layer.over(under, surface);
    }
    if opacity < 1.0 {
        crate::cpu::blend::fade_row(&mut layer.pixels, crate::cpu::blend::level(opacity));
    }
    layer
}

fn colored(mask: &Mask, shader: &Shader<'_>) -> Layer {
    let (width, height) = (mask.width as usize, mask.height as usize);
    let mut pixels = Vec::with_capacity(width * height * 4);
    for (j, row) in mask.bytes.chunks_exact(width.max(1)).enumerate() {
        for (i, &m) in row.iter().enumerate() {
            let color = match m {
                0 => [0; 4],
                m => {
                    let color = bytes(shader.pixel(mask.left + i as i32, mask.top + j as i32));
                    crate::cpu::blend::fade(color, u32::from(m))
                }
            };
            pixels.extend(color);
        }
    }
    Layer { left: mask.left, top: mask.top, width, height, pixels }
}

/// The shadow of a layer.
fn shade(layer: &Layer, shadow: &Shadow, surface: (i32, i32)) -> Layer {
    let sigma = (shadow.blur * 0.5).min(blur::MAX_SIGMA);
    let reach = blur::reach(sigma) as i32;
    let (dx, dy) = (shadow.offset.0, shadow.offset.1);
    let far = 2048 + reach;
    let mut out = layer.outset(if sigma > 0.0 { reach } else { 0 }, surface, far);
    let mut alpha: Vec<u8> = out.pixels.chunks_exact(4).map(|p| p[3]).collect();
    blur::blur(&mut alpha, out.width, out.height, 1, sigma);
    let color = crate::cpu::blend::premultiply([shadow.color.r, shadow.color.g, shadow.color.b, shadow.color.a]);
    for (px, a) in out.pixels.chunks_exact_mut(4).zip(alpha) {
        px.copy_from_slice(&crate::cpu::blend::fade(color, u32::from(a)));
    }
    let whole = |v: f64| v.round().clamp(-1e6, 1e6) as i32;
    out.left += whole(dx);
    out.top += whole(dy);
    out
}
