//! Coverage of a rounded rectangle under a Gaussian blur.
//!
//! The rows of a rounded rectangle are intervals, and the blur of an interval along x is a difference of two
//! normal distributions; along y the rows are summed with the weight that the distribution gives to each.
//! Rectangles come out exact; curved parts are cut into slices of at most a quarter of a deviation.
//! A box larger than its corners and blur together has constant stretches, so one small mask (a nine-patch)
//! serves all boxes with the same corners and blur; wide blurs are kept at a reduced resolution and
//! interpolated.

use super::PAGE_SIZE;
use crate::paint::math::normal_cdf;

/// Most device px per texel.
const COARSEST: u32 = 1 << 12;

/// What a mask depends on. All in device px.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ShadowKey {
    /// Width of the unblurred shape.
    pub width: u32,
    /// Height of the unblurred shape.
    pub height: u32,
    /// Horizontal corner radii in 1/8 px: top left, top right, bottom right, bottom left.
    pub rx: [u16; 4],
    /// Vertical corner radii.
    pub ry: [u16; 4],
    /// Standard deviation in 1/16 px.
    pub sigma: u16,
    /// Device px per texel.
    pub step: u32,
}

/// How a mask lies around its shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShadowGeometry {
    /// The key of the smallest mask that serves.
    pub key: ShadowKey,
    /// How far the mask reaches beyond the shape on each side, px.
    pub reach: u32,
    /// Device px per texel.
    pub step: u32,
    /// Texels of a row.
    pub width: u32,
    /// Rows of texels.
    pub height: u32,
}

impl ShadowGeometry {
    /// The mask for a shape of `size` whole px with corner radii and a standard deviation in px.
    pub fn new(size: (u32, u32), rx: [f32; 4], ry: [f32; 4], sigma: f32) -> ShadowGeometry {
        let sigma16 = (sigma * 16.0).round().clamp(1.0, 16.0 * 512.0) as u16;
        let sigma = f32::from(sigma16) / 16.0;
        let step = match sigma {
            s if s >= 32.0 => 16,
            s if s >= 16.0 => 8,
            s if s >= 8.0 => 4,
            s if s >= 4.0 => 2,
            _ => 1,
        };
        let mut geometry = ShadowGeometry::at_step(size, rx, ry, sigma16, step);
        // Large corners make a large mask. Where it would not fit in a page it is kept at fewer texels.
        while (geometry.width > PAGE_SIZE || geometry.height > PAGE_SIZE) && geometry.step < COARSEST {
            geometry = ShadowGeometry::at_step(size, rx, ry, sigma16, geometry.step * 2);
        }
        geometry
    }

    fn at_step(size: (u32, u32), rx: [f32; 4], ry: [f32; 4], sigma16: u16, step: u32) -> ShadowGeometry {
        let sigma = f32::from(sigma16) / 16.0;
        // Three deviations hold all but 0.3 %, less than half a level of most shadows.
        let reach = ((sigma * 3.0).ceil() as u32).next_multiple_of(step);
        let eighth = |v: f32| (v * 8.0).round().clamp(0.0, 65535.0) as u16;
        let (rx8, ry8) = (rx.map(eighth), ry.map(eighth));
        let cut = |v: u16| (u32::from(v)).div_ceil(8);
        let corner = |a: u16, b: u16| cut(a.max(b));
        // Left corners, right corners, the blur's reach inwards from both sides, and one constant texel.
        let min_w = corner(rx8[0], rx8[3]) + corner(rx8[1], rx8[2]) + 2 * reach + step;
        let min_h = corner(ry8[0], ry8[1]) + corner(ry8[2], ry8[3]) + 2 * reach + step;
        let width = size.0.min(min_w.next_multiple_of(step));
        let height = size.1.min(min_h.next_multiple_of(step));
        ShadowGeometry {
            key: ShadowKey { width, height, rx: rx8, ry: ry8, sigma: sigma16, step },
            reach,
            step,
            width: (width + 2 * reach).div_ceil(step),
            height: (height + 2 * reach).div_ceil(step),
        }
    }

    /// Computes the mask's texels, row by row.
    pub fn render(&self) -> Vec<u8> {
        let k = &self.key;
        let sigma = f64::from(k.sigma) / 16.0;
        let inv = 1.0 / sigma;
        let (w, h) = (f64::from(k.width), f64::from(k.height));
        let radius = |v: u16| f64::from(v) / 8.0;
        let (rx, ry) = (k.rx.map(radius), k.ry.map(radius));
        let texel = |i: u32| (f64::from(i) + 0.5) * f64::from(self.step) - f64::from(self.reach);

        // Slices of the shape along y: curved ones above and below, one for the straight part.
        let top = ry[0].max(ry[1]).min(h);
        let bottom = (h - ry[2].max(ry[3])).max(top);
        let slice = (sigma * 0.25).clamp(1.0, 8.0);
        let mut edges = vec![0.0];
        let mut cut = |from: f64, to: f64, count: f64| {
            for i in 1..=(count as u32) {
                edges.push(from + (to - from) * f64::from(i) / count);
            }
        };
        if top > 0.0 {
            cut(0.0, top, (top / slice).ceil());
        }
        if bottom > top {
            cut(top, bottom, 1.0);
        }
        if h > bottom {
            cut(bottom, h, ((h - bottom) / slice).ceil());
        }
        // How much a corner of radii (a, b) takes from a row whose distance into the corner is `d`.
        let notch = |a: f64, b: f64, d: f64| {
            if d <= 0.0 || b <= 0.0 {
                0.0
            } else {
                let t = (d / b).min(1.0);
                a * (1.0 - (1.0 - t * t).max(0.0).sqrt())
            }
        };
        let columns = self.width as usize;
        let mut out = vec![0.0f32; columns * self.height as usize];
        let mut row = vec![0.0f32; columns];
        for pair in edges.windows(2) {
            let (y0, y1) = (pair[0], pair[1]);
            let y = (y0 + y1) * 0.5;
            let left = notch(rx[0], ry[0], ry[0] - y).max(notch(rx[3], ry[3], y - (h - ry[3])));
            let right = w - notch(rx[1], ry[1], ry[1] - y).max(notch(rx[2], ry[2], y - (h - ry[2])));
            if right <= left {
                continue;
            }
            for (i, v) in row.iter_mut().enumerate() {
                let x = texel(i as u32);
                *v = (normal_cdf((right - x) * inv) - normal_cdf((left - x) * inv)) as f32;
            }
            for (j, line) in out.chunks_exact_mut(columns).enumerate() {
                let at = texel(j as u32);
                let weight = (normal_cdf((y1 - at) * inv) - normal_cdf((y0 - at) * inv)) as f32;
                if weight > 1e-6 {
                    for (o, v) in line.iter_mut().zip(&row) {
                        *o += weight * v;
                    }
                }
            }
        }
        out.iter().map(|v| (v * 255.0 + 0.5).clamp(0.0, 255.0) as u8).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blur by brute force: the coverage of the shape summed under the kernel, 4x4 samples a pixel.
    fn brute(g: &ShadowGeometry, x: f64, y: f64) -> f64 {
        let k = &g.key;
        let (w, h) = (f64::from(k.width), f64::from(k.height));
        let r = f64::from(k.rx[0]) / 8.0;
        let sigma = f64::from(k.sigma) / 16.0;
        let (mut sum, mut total) = (0.0, 0.0);
        let n = (sigma * 4.0 * 4.0) as i32;
        for i in -n..=n {
            for j in -n..=n {
                let (dx, dy) = (f64::from(i) / 4.0, f64::from(j) / 4.0);
                let weight = (-(dx * dx + dy * dy) / (2.0 * sigma * sigma)).exp();
                let (px, py) = (x + dx, y + dy);
                let qx = (r - px).max(px - (w - r)).max(0.0);
                let qy = (r - py).max(py - (h - r)).max(0.0);
                let inside = px >= 0.0 && py >= 0.0 && px <= w && py <= h && qx * qx + qy * qy <= r * r;
                total += weight;
                sum += if inside { weight } else { 0.0 };
            }
        }
        sum / total
    }

    #[test]
    fn the_mask_is_the_gaussian_blur_of_the_shape() {
        let g = ShadowGeometry::new((20, 14), [5.0; 4], [5.0; 4], 2.0);
        let mask = g.render();
        for (i, j) in [(3, 3), (6, 6), (8, 8), (10, 7), (16, 13), (12, 4), (25, 19)] {
            let x = f64::from(i) + 0.5 - f64::from(g.reach);
            let y = f64::from(j) + 0.5 - f64::from(g.reach);
            let is = f64::from(mask[(j * g.width as i32 + i) as usize]) / 255.0;
            assert!((is - brute(&g, x, y)).abs() < 0.012, "{i} {j}: {is} {}", brute(&g, x, y));
        }
    }

    #[test]
    fn boxes_larger_than_corners_and_blur_share_a_mask() {
        let a = ShadowGeometry::new((300, 200), [8.0; 4], [8.0; 4], 6.0);
        let b = ShadowGeometry::new((375, 900), [8.0; 4], [8.0; 4], 6.0);
        assert_eq!(a.key, b.key);
        let mask = a.render();
        let center = mask[(a.height / 2 * a.width + a.width / 2) as usize];
        assert!(center >= 254, "{center}");
    }

    #[test]
    fn a_mask_with_corners_of_any_size_fits_in_a_page() {
        for r in [300.0, 1000.0, 8000.0] {
            let size = (2.0 * r) as u32;
            let g = ShadowGeometry::new((size, size), [r; 4], [r; 4], 3.0);
            assert!(g.width <= PAGE_SIZE && g.height <= PAGE_SIZE, "{g:?}");
            assert!(g.reach >= 9);
        }
    }

    #[test]
    fn a_huge_blur_stays_small() {
        let g = ShadowGeometry::new((2000, 2000), [0.0; 4], [0.0; 4], 100.0);
        assert!(g.width < 128 && g.height < 128);
        assert_eq!(g.render().len(), (g.width * g.height) as usize);
    }
}
