//! Layers: compositing with opacity and colour matrix, copies, Gaussian blur.

use super::pool::Workers;
use super::{Buffer, Rows, Scene, Scratch, band, blend, shade_by};
use crate::paint::geometry::DeviceRect;
use crate::paint::math::exp_negative;
use crate::paint::prepare::Prim;
use crate::paint::prepare::prim::{FLAG_LUMINANCE, FLAG_MATRIX, FLAG_TINT, Join};

pub fn composite(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Scratch) {
    let data = &scene.frame.data;
    let head = data.row(prim.data);
    let Some(surface) = scene.surfaces.get(head[2] as usize) else { return };
    let (width, height) = (surface.width as i32, surface.height() as i32);
    if width == 0 || height == 0 {
        return;
    }
    let opacity = f32::from_bits(head[0]);
    let scale = f32::from_bits(head[1]);
    let place = data.floats_at(prim.data + 1);
    let fade = blend::level(opacity);
    let matrix: Option<[[f32; 4]; 5]> =
        prim.has(FLAG_MATRIX).then(|| std::array::from_fn(|i| data.floats_at(prim.data + 2 + i as u32)));
    let tint = prim.has(FLAG_TINT).then(|| blend::premultiply(scene.order.arrange(prim.color)));
    let luminance = prim.has(FLAG_LUMINANCE);
    let finish = |t: [u8; 4]| {
        let t = match (&matrix, tint) {
            _ if luminance => [brightness(scene.order.arrange(t)); 4],
            (_, Some(c)) => blend::fade(c, u32::from(t[3])),
            (Some(m), _) => scene.order.arrange(recolor(scene.order.arrange(t), m)),
            _ => t,
        };
        blend::fade(t, fade)
    };
    let (ox, oy) = (place[0] as i32, place[1] as i32);
    let taps = |v: i32, origin: i32, n: i32| {
        let t = ((v - origin) as f32 + 0.5) * scale - 0.5;
        let f = t.floor();
        let i = f as i32;
        (i.clamp(0, n - 1) as usize, i.saturating_add(1).clamp(0, n - 1) as usize, ((t - f) * 256.0 + 0.5) as u32)
    };
    let join = match prim.join() {
        Join::Over => blend::row,
        Join::Mask => blend::keep,
        Join::Outside => blend::outside,
        Join::Exclude => blend::exclude,
    };
    // Where the surface ends there is nothing.
    let end = |origin: i32, n: i32| origin + (n as f32 / scale) as i32;
    let (x_end, y_end) = (end(ox, width), end(oy, height));
    shade_by(join, scene, prim, area, rows, scratch, |y, row, _| {
        row.fill(0);
        if y < oy || y >= y_end || area.x0 >= x_end {
            return;
        }
        let from = ox.max(area.x0);
        let row = row.get_mut((from - area.x0) as usize * 4..).unwrap_or(&mut []);
        if scale == 1.0 {
            let source = surface.row((y - oy) as usize);
            let source = source.get((from - ox) as usize * 4..).unwrap_or(&[]);
            if matrix.is_none() && tint.is_none() && !luminance {
                let n = row.len().min(source.len());
                row[..n].copy_from_slice(&source[..n]);
                if fade < 255 {
                    blend::fade_row(&mut row[..n], fade);
                }
                return;
            }
            for (px, t) in row.as_chunks_mut::<4>().0.iter_mut().zip(source.as_chunks::<4>().0) {
                *px = finish(*t);
            }
            return;
        }
        let v = taps(y, oy, height);
        let (above, below) = (surface.row(v.0), surface.row(v.1));
        for (x, px) in (from..x_end).zip(row.chunks_exact_mut(4)) {
            let u = taps(x, ox, width);
            let (l, r) = (u.0 * 4, u.1 * 4);
            let t: [u8; 4] = std::array::from_fn(|i| {
                let top = u32::from(above[l + i]) * (256 - u.2) + u32::from(above[r + i]) * u.2;
                let bottom = u32::from(below[l + i]) * (256 - u.2) + u32::from(below[r + i]) * u.2;
                ((top * (256 - v.2) + bottom * v.2 + 32768) >> 16) as u8
            });
            px.copy_from_slice(&finish(t));
        }
    });
}

/// The brightness of a premultiplied RGBA pixel, what is transparent counting as black (Masking 1, section 6.4).
fn brightness(t: [u8; 4]) -> u8 {
    let [r, g, b, _] = t.map(f32::from);
    (r * 0.2126 + g * 0.7152 + b * 0.0722 + 0.5) as u8
}

/// A premultiplied RGBA pixel through a colour matrix that works on straight colours.
pub(crate) fn recolor(t: [u8; 4], m: &[[f32; 4]; 5]) -> [u8; 4] {
    if t[3] == 0 {
        // Offsets of the matrices here never touch alpha: nothing stays nothing.
        return t;
    }
    let a = f32::from(t[3]) / 255.0;
    let straight: [f32; 4] = [
        (f32::from(t[0]) / 255.0 / a).min(1.0),
        (f32::from(t[1]) / 255.0 / a).min(1.0),
        (f32::from(t[2]) / 255.0 / a).min(1.0),
        a,
    ];
    let mut out = [0.0f32; 4];
    for (i, o) in out.iter_mut().enumerate() {
        let row = &m[i];
        *o = (row[0] * straight[0] + row[1] * straight[1] + row[2] * straight[2] + row[3] * straight[3] + m[4][i])
            .clamp(0.0, 1.0);
    }
    blend::bytes([out[0] * out[3], out[1] * out[3], out[2] * out[3], out[3]])
}

/// Copies the pixels of device rectangle `b` out of a buffer that shows `a`.
pub fn copy(source: (&[u8], usize), a: DeviceRect, to: &mut Buffer, b: DeviceRect) {
    let (pixels, stride) = source;
    let shared = a.intersect(&b);
    let n = shared.width() as usize * 4;
    to.pixels.fill(0);
    for y in shared.y0..shared.y1 {
        let from = (y - a.y0) as usize * stride + (shared.x0 - a.x0) as usize * 4;
        let at = ((y - b.y0) as usize * to.width as usize + (shared.x0 - b.x0) as usize) * 4;
        if let (Some(s), Some(d)) = (pixels.get(from..from + n), to.pixels.get_mut(at..at + n)) {
            d.copy_from_slice(s);
        }
    }
}

/// Weights of a Gaussian from its middle outwards, so that all taps add up to one.
pub fn kernel(sigma: f32) -> Vec<f32> {
    let sigma = f64::from(sigma.max(0.01));
    let radius = (sigma * 3.0).ceil() as u32;
    let weights: Vec<f64> = (0..=radius).map(|i| exp_negative(-f64::from(i * i) / (2.0 * sigma * sigma))).collect();
    let total = weights[0] + 2.0 * weights[1..].iter().sum::<f64>();
    weights.iter().map(|w| (w / total) as f32).collect()
}

/// A place on a line of `n` that goes on as its mirror image at both ends.
fn mirrored(i: isize, n: usize) -> usize {
    let i = i.rem_euclid(2 * n as isize) as usize;
    i.min(2 * n - 1 - i)
}

/// Averages blocks of `step` by `step` pixels, then blurs by a Gaussian of `sigma` texels across and down.
pub fn blur(from: &Buffer, to: &mut Buffer, step: u32, sigma: f32, extend: bool, workers: &Workers) {
    let (width, height) = (to.width as usize, to.height() as usize);
    if width == 0 || height == 0 {
        return;
    }
    let stride = width * 4;
    let weights = kernel(sigma);
    let mut small = vec![0u8; stride * height];
    let (sw, sh) = (from.width as usize, from.height() as usize);
    let step = step as usize;
    band::run(&mut small, stride, workers, |first, slice| {
        for (j, row) in slice.chunks_exact_mut(stride).enumerate() {
            let y0 = (first + j) * step;
            for (i, px) in row.chunks_exact_mut(4).enumerate() {
                let x0 = i * step;
                let (x1, y1) = ((x0 + step).min(sw), (y0 + step).min(sh));
                let mut sum = [0u32; 4];
                for y in y0..y1 {
                    for t in from.row(y)[x0.min(sw) * 4..x1 * 4].chunks_exact(4) {
                        for (s, v) in sum.iter_mut().zip(t) {
                            *s += u32::from(*v);
                        }
                    }
                }
                let inside = (x1.saturating_sub(x0) * y1.saturating_sub(y0)) as u32;
                let n = if extend { inside.max(1) } else { (step * step) as u32 };
                for (p, s) in px.iter_mut().zip(sum) {
                    *p = ((s + n / 2) / n) as u8;
                }
            }
        }
    });
    let mut across = vec![0u8; stride * height];
    band::run(&mut across, stride, workers, |first, slice| {
        let mut padded = Vec::new();
        let mut sum = vec![0.0f32; stride];
        let pad = weights.len() - 1;
        for (j, row) in slice.chunks_exact_mut(stride).enumerate() {
            let source = &small[(first + j) * stride..(first + j + 1) * stride];
            padded.clear();
            let beyond = |x: isize| {
                let at = mirrored(x, width) * 4;
                if extend { [source[at], source[at + 1], source[at + 2], source[at + 3]] } else { [0; 4] }
            };
            (1..=pad as isize).rev().for_each(|k| padded.extend(beyond(-k).map(f32::from)));
            padded.extend(source.iter().map(|&v| f32::from(v)));
            (0..pad).for_each(|k| padded.extend(beyond((width + k) as isize).map(f32::from)));
            for (s, v) in sum.iter_mut().zip(&padded[pad * 4..]) {
                *s = weights[0] * v;
            }
            for (k, w) in weights.iter().enumerate().skip(1) {
                let (left, right) = (&padded[(pad - k) * 4..], &padded[(pad + k) * 4..]);
                for ((s, a), b) in sum.iter_mut().zip(left).zip(right) {
                    *s += w * (a + b);
                }
            }
            for (d, s) in row.iter_mut().zip(&sum) {
                *d = (s + 0.5).min(255.0) as u8;
            }
        }
    });
    band::run(&mut to.pixels, stride, workers, |first, slice| {
        let mut sum = vec![0.0f32; stride];
        let line = |y: isize| {
            let y = if extend { mirrored(y, height) as isize } else { y };
            (y >= 0 && (y as usize) < height).then(|| &across[y as usize * stride..(y as usize + 1) * stride])
        };
        for (j, row) in slice.chunks_exact_mut(stride).enumerate() {
            let y = (first + j) as isize;
            sum.fill(0.0);
            for (k, w) in weights.iter().enumerate() {
                let taps = if k == 0 { [line(y), None] } else { [line(y - k as isize), line(y + k as isize)] };
                for source in taps.into_iter().flatten() {
                    for (s, v) in sum.iter_mut().zip(source) {
                        *s += w * f32::from(*v);
                    }
                }
            }
            for (d, s) in row.iter_mut().zip(&sum) {
                *d = (s + 0.5).min(255.0) as u8;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_add_up_to_one() {
        for sigma in [0.3f32, 1.0, 3.7] {
            let k = kernel(sigma);
            let sum: f32 = k[0] + 2.0 * k[1..].iter().sum::<f32>();
            assert!((sum - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn a_blur_keeps_a_flat_surface_where_the_edge_extends() {
        let from = Buffer { pixels: [10, 20, 30, 255].repeat(40 * 30), width: 40 };
        let mut to = Buffer { pixels: vec![0; 20 * 15 * 4], width: 20 };
        blur(&from, &mut to, 2, 2.5, true, &Workers::new(2));
        assert!(to.pixels.chunks_exact(4).all(|p| p == [10, 20, 30, 255]));
    }

    #[test]
    fn a_blur_fades_towards_nothing_where_it_does_not() {
        let from = Buffer { pixels: vec![255; 41 * 4], width: 41 };
        let mut to = Buffer { pixels: vec![0; 41 * 4], width: 41 };
        blur(&from, &mut to, 1, 3.0, false, &Workers::new(1));
        assert!(to.pixels[0] < to.pixels[20 * 4]);
        assert_eq!(to.pixels[0], to.pixels[40 * 4]);
    }

    #[test]
    fn a_colour_matrix_works_on_straight_colours() {
        let invert = [
            [-1.0, 0.0, 0.0, 0.0],
            [0.0, -1.0, 0.0, 0.0],
            [0.0, 0.0, -1.0, 0.0],
            [0.0, 0.0, 0.0, 1.0],
            [1.0, 1.0, 1.0, 0.0],
        ];
        assert_eq!(recolor([128, 0, 64, 128], &invert), [0, 128, 64, 128]);
        assert_eq!(recolor([0; 4], &invert), [0; 4]);
    }
}
