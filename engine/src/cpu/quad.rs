//! Boxes: solid rectangles, rounded ones with borders, dashes.

use super::shape::{Zones, zones};
use super::whole::Whole;
use super::{Rows, Scene, Scratch, blend, shade};
use crate::paint::geometry::{DeviceRect, Radii};
use crate::paint::prepare::prim::{FLAG_ALIGNED, FLAG_BORDER, axis_coverage, coverage};
use crate::paint::prepare::{Prim, Shape};
use pellicle_layout::style::computed::Edges;

pub fn solid(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Scratch) {
    let color = blend::premultiply(scene.order.arrange(prim.color));
    if prim.clip != 0 {
        shade(scene, prim, area, rows, scratch, |_, row, _| row.as_chunks_mut::<4>().0.fill(color));
        return;
    }
    for y in area.y0..area.y1 {
        blend::fill(rows.span(y, area.x0, area.x1), color);
    }
}

/// A quad read back from the data table.
pub(super) struct Quad {
    pub shape: Shape,
    fill: [f32; 4],
    /// The fill in bytes.
    pub fill_bytes: [u8; 4],
    pub border: Option<Border>,
}

pub(super) struct Border {
    /// Padding edge; `None` if the border leaves nothing.
    pub inner: Option<([f32; 4], [f32; 4], [f32; 4])>,
    /// Premultiplied: top, right, bottom, left.
    colors: [[f32; 4]; 4],
    same: bool,
    /// The one colour of all sides, if there is but one.
    pub same_bytes: Option<[u8; 4]>,
    widths: [f32; 4],
}

fn premultiplied(c: [u8; 4]) -> [f32; 4] {
    let a = f32::from(c[3]) / 255.0;
    let m = |v: u8| f32::from(v) / 255.0 * a;
    [m(c[0]), m(c[1]), m(c[2]), a]
}

impl Quad {
    fn read(scene: &Scene<'_>, prim: &Prim) -> Quad {
        let data = &scene.frame.data;
        let shape = data.shape_at(prim.data);
        let border = prim.has(FLAG_BORDER).then(|| {
            let w = data.floats_at(prim.data + 5);
            let packed = data.row(prim.data + 6);
            let colors = packed.map(|c| premultiplied(scene.order.arrange(c.to_le_bytes())));
            let edges = Edges { top: w[0], right: w[1], bottom: w[2], left: w[3] };
            let r = &shape.rect;
            let rect = [r[0] + w[3], r[1] + w[0], r[2] - w[1], r[3] - w[2]];
            let radii = Radii { x: shape.rx, y: shape.ry }.inset(edges);
            let inner = (rect[2] > rect[0] && rect[3] > rect[1]).then_some((rect, radii.x, radii.y));
            let same = packed.iter().all(|c| *c == packed[0]);
            let same_bytes = same.then(|| blend::premultiply(scene.order.arrange(packed[0].to_le_bytes())));
            Border { inner, colors, same, same_bytes, widths: w }
        });
        let color = scene.order.arrange(prim.color);
        Quad { shape, fill: premultiplied(color), fill_bytes: blend::premultiply(color), border }
    }

    /// The premultiplied colour at a local point. The shaders have the same function.
    fn at(&self, x: f32, y: f32) -> [f32; 4] {
        let s = &self.shape;
        let outer = coverage(&s.inverse, &s.rect, &s.rx, &s.ry, x, y);
        if outer <= 0.0 {
            return [0.0; 4];
        }
        let Some(b) = &self.border else { return self.fill.map(|v| v * outer) };
        let inner = b.inner.as_ref().map_or(0.0, |(r, rx, ry)| coverage(&s.inverse, r, rx, ry, x, y));
        let side = b.side(&s.rect, x, y);
        // The border is what of the shape the padding box leaves, as a share of the shape.
        let ring = 1.0 - (inner / outer).min(1.0);
        let rest = 1.0 - side[3] * ring;
        std::array::from_fn(|i| (side[i] * ring + self.fill[i] * rest) * outer)
    }

    fn zones(&self, y: f32) -> Zones {
        let s = &self.shape;
        let z = zones(&s.rect, &s.rx, &s.ry, y);
        let Some(b) = &self.border else { return z };
        match &b.inner {
            Some((r, rx, ry)) if b.same || (y > r[1] + 1.0 && y < r[3] - 1.0) => {
                if b.same && (y < r[1] - 1.0 || y > r[3] + 1.0) {
                    // Above or below the padding box all is border.
                    return z;
                }
                z.merge(&zones(r, rx, ry, y))
            }
            Some((r, rx, ry)) => {
                // Diagonals: all of the corner squares.
                let z = z.merge(&zones(r, rx, ry, y));
                let left = ((r[0] + 2.0).ceil() as i32).max(z.left);
                let right = ((r[2] - 2.0).floor() as i32).min(z.right).max(left);
                Zones { left, right, ..z }
            }
            None if b.same => z,
            None => Zones { left: z.end, right: z.end, ..z },
        }
    }
}

impl Border {
    /// The colour of the side that a point of the ring belongs to; sides meet at the diagonal from the
    /// outer to the inner corner of the quadrant.
    fn side(&self, rect: &[f32; 4], x: f32, y: f32) -> [f32; 4] {
        if self.same {
            return self.colors[0];
        }
        let w = &self.widths;
        let (ix0, iy0, ix1, iy1) = (rect[0] + w[3], rect[1] + w[0], rect[2] - w[1], rect[3] - w[2]);
        let is_left = x < (ix0 + ix1) * 0.5;
        let is_top = y < (iy0 + iy1) * 0.5;
        // Distances into the corner from its two edges, and the widths there.
        let (dx, wx, vertical) = if is_left { (x - rect[0], w[3], 3) } else { (rect[2] - x, w[1], 1) };
        let (dy, wy, horizontal) = if is_top { (y - rect[1], w[0], 0) } else { (rect[3] - y, w[2], 2) };
        // Positive towards the horizontal side (top or bottom).
        let length = (wx * wx + wy * wy).sqrt();
        let d = if length > 0.0 { (dx * wy - dy * wx) / length } else { 0.0 };
        let t = (0.5 + d).clamp(0.0, 1.0);
        let (h, v) = (&self.colors[horizontal], &self.colors[vertical]);
        std::array::from_fn(|i| h[i] * t + v[i] * (1.0 - t))
    }
}

pub fn quad(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Scratch) {
    let q = Quad::read(scene, prim);
    if let Some(whole) = Whole::new(&q, &mut scratch.corners) {
        if prim.clip != 0 {
            return shade(scene, prim, area, rows, scratch, |y, row, scratch| {
                row.fill(0);
                whole.row(y, area.x0, row, &mut scratch.corners, &mut scratch.levels);
            });
        }
        for y in area.y0..area.y1 {
            let row = rows.span(y, area.x0, area.x1);
            whole.row(y, area.x0, row, &mut scratch.corners, &mut scratch.levels);
        }
        return;
    }
    if !prim.has(FLAG_ALIGNED) {
        shade(scene, prim, area, rows, scratch, |y, row, _| {
            for (x, px) in (area.x0..).zip(row.chunks_exact_mut(4)) {
                let (lx, ly) = q.shape.local(x, y);
                px.copy_from_slice(&blend::bytes(q.at(lx, ly)));
            }
        });
        return;
    }
    let at = |x: i32, fy: f32| blend::bytes(q.at(x as f32 + 0.5, fy));
    if prim.clip != 0 {
        shade(scene, prim, area, rows, scratch, |y, row, _| {
            let fy = y as f32 + 0.5;
            let z = q.zones(fy).cut(area.x0, area.x1);
            row.fill(0);
            for x in (z.start..z.left).chain(z.right..z.end) {
                let i = (x - area.x0) as usize * 4;
                row[i..i + 4].copy_from_slice(&at(x, fy));
            }
            if z.left < z.right {
                let middle = at((z.left + z.right) / 2, fy);
                let range = (z.left - area.x0) as usize * 4..(z.right - area.x0) as usize * 4;
                for px in row[range].chunks_exact_mut(4) {
                    px.copy_from_slice(&middle);
                }
            }
        });
        return;
    }
    // Rows between the corners are all alike: their ends are computed once.
    let s = &q.shape;
    let (mut calm_top, mut calm_bottom) = (s.ry[0].max(s.ry[1]), s.ry[2].max(s.ry[3]));
    if let Some(b) = &q.border {
        calm_top = calm_top.max(b.widths[0]);
        calm_bottom = calm_bottom.max(b.widths[2]);
        if !b.same {
            // Diagonals that meet early: no row is calm.
            let slack = s.rect[3] - s.rect[1] - b.widths[0] - b.widths[2];
            if slack <= 4.0 {
                calm_top = f32::INFINITY;
            }
        }
    }
    let calm = (s.rect[1] + calm_top + 2.5, s.rect[3] - calm_bottom - 2.5);
    let mut kept: Option<Zones> = None;
    let scratch = &mut scratch.row;
    for y in area.y0..area.y1 {
        let fy = y as f32 + 0.5;
        if fy > calm.0 && fy < calm.1 {
            let z = *kept.get_or_insert_with(|| {
                let z = q.zones(fy).cut(area.x0, area.x1);
                scratch.clear();
                for x in (z.start..z.left).chain(z.right..z.end) {
                    scratch.extend_from_slice(&at(x, fy));
                }
                if z.left < z.right {
                    scratch.extend_from_slice(&at((z.left + z.right) / 2, fy));
                }
                z
            });
            let split = (z.left - z.start) as usize * 4;
            let tail = split + (z.end - z.right) as usize * 4;
            blend::row(rows.span(y, z.start, z.left), &scratch[..split]);
            blend::row(rows.span(y, z.right, z.end), &scratch[split..tail]);
            if let Some(m) = scratch[tail..].first_chunk::<4>() {
                blend::fill(rows.span(y, z.left, z.right), *m);
            }
            continue;
        }
        let z = q.zones(fy).cut(area.x0, area.x1);
        for x in (z.start..z.left).chain(z.right..z.end) {
            blend::over(rows.span(y, x, x + 1), at(x, fy));
        }
        if z.left < z.right {
            blend::fill(rows.span(y, z.left, z.right), at((z.left + z.right) / 2, fy));
        }
    }
}

pub fn dash(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Scratch) {
    let q = Quad::read(scene, &Prim { kind: prim.kind | FLAG_BORDER, color: [0; 4], ..*prim });
    let row = scene.frame.data.row(prim.data + 7);
    let pattern = Pattern {
        start: f32::from_bits(row[0]),
        dash: f32::from_bits(row[1]),
        period: f32::from_bits(row[2]),
        side: row[3],
        dotted: prim.has(FLAG_BORDER),
    };
    let Some(b) = &q.border else { return };
    let color = b.colors[(pattern.side as usize).min(4) % 4];
    shade(scene, prim, area, rows, scratch, |y, row, _| {
        for (x, px) in (area.x0..).zip(row.chunks_exact_mut(4)) {
            let (lx, ly) = q.shape.local(x, y);
            let color = if pattern.side == 5 { q.at(lx, ly) } else { color };
            let c = pattern.coverage(&q.shape, &b.widths, lx, ly);
            px.copy_from_slice(&blend::bytes(color.map(|v| v * c)));
        }
    });
}

struct Pattern {
    start: f32,
    dash: f32,
    period: f32,
    side: u32,
    dotted: bool,
}

impl Pattern {
    /// Coverage of a local point. The shaders have the same function.
    fn coverage(&self, shape: &Shape, w: &[f32; 4], x: f32, y: f32) -> f32 {
        let r = &shape.rect;
        // Distance along the line, distance from its middle, line width, how much of the pixel the side reaches.
        let (along, off, width, ends) = match self.side {
            0 => (x - self.start, y - r[1] - w[0] * 0.5, w[0], axis_coverage(r[0], r[2], x)),
            1 => (y - self.start, r[2] - x - w[1] * 0.5, w[1], axis_coverage(r[1], r[3], y)),
            2 => (x - self.start, r[3] - y - w[2] * 0.5, w[2], axis_coverage(r[0], r[2], x)),
            3 => (y - self.start, x - r[0] - w[3] * 0.5, w[3], axis_coverage(r[1], r[3], y)),
            4 => {
                let (a, o) = around(shape, w[0], x, y);
                (a, o, w[0], 1.0)
            }
            _ => {
                let (a, o) = around(shape, self.start, x, y);
                (a, o, self.start, 1.0)
            }
        };
        let m = along - (along / self.period).floor() * self.period;
        // The nearer of this dash and the next one.
        let from_middle = (m - self.dash * 0.5).abs().min((m - self.dash * 0.5 - self.period).abs());
        if self.dotted {
            let d = (from_middle * from_middle + off * off).sqrt() - width * 0.5;
            return (0.5 - d).clamp(0.0, 1.0) * ends;
        }
        // The ring's own edges cut what goes around sides that differ.
        let edge = if self.side == 5 { 1.0 } else { (width * 0.5 + 0.5 - off.abs()).clamp(0.0, 1.0) };
        let across = edge * ends;
        across * (self.dash * 0.5 + 0.5 - from_middle).clamp(0.0, 1.0)
    }
}

/// Distance along the middle line of a border of width `w` from its top left, clockwise, and distance from
/// the line. Elliptical corners are measured as circles of their mean radius.
fn around(shape: &Shape, w: f32, x: f32, y: f32) -> (f32, f32) {
    let h = w * 0.5;
    let r = &shape.rect;
    let (x0, y0, x1, y1) = (r[0] + h, r[1] + h, r[2] - h, r[3] - h);
    let rx: [f32; 4] = std::array::from_fn(|i| (shape.rx[i] - h).max(0.0));
    let ry: [f32; 4] = std::array::from_fn(|i| (shape.ry[i] - h).max(0.0));
    let quarter = std::f32::consts::FRAC_PI_2;
    let arc: [f32; 4] = std::array::from_fn(|i| quarter * (rx[i] + ry[i]) * 0.5);
    let top = (x1 - x0 - rx[0] - rx[1]).max(0.0);
    let right = (y1 - y0 - ry[1] - ry[2]).max(0.0);
    let bottom = (x1 - x0 - rx[2] - rx[3]).max(0.0);
    let left = (y1 - y0 - ry[3] - ry[0]).max(0.0);
    // Starts of the pieces: top, top right arc, right, bottom right arc, bottom, bottom left arc, left, arc.
    let s1 = top;
    let s2 = s1 + arc[1];
    let s3 = s2 + right;
    let s4 = s3 + arc[2];
    let s5 = s4 + bottom;
    let s6 = s5 + arc[3];
    let s7 = s6 + left;
    let bend = |cx: f32, cy: f32, i: usize, start: f32, from: f32| {
        let (dx, dy) = (x - cx, y - cy);
        let (nx, ny) = (dx / rx[i].max(1e-3), dy / ry[i].max(1e-3));
        let t = crate::paint::math::turns(nx, ny) - from;
        let k = (nx * nx + ny * ny).sqrt();
        let g = ((nx / rx[i].max(1e-3)).powi(2) + (ny / ry[i].max(1e-3)).powi(2)).sqrt().max(1e-6);
        (start + (t * 4.0).clamp(0.0, 1.0) * arc[i], (k - 1.0) * k / g)
    };
    if x > x1 - rx[1] && y < y0 + ry[1] {
        return bend(x1 - rx[1], y0 + ry[1], 1, s1, 0.0);
    }
    if x > x1 - rx[2] && y > y1 - ry[2] {
        return bend(x1 - rx[2], y1 - ry[2], 2, s3, 0.25);
    }
    if x < x0 + rx[3] && y > y1 - ry[3] {
        return bend(x0 + rx[3], y1 - ry[3], 3, s5, 0.5);
    }
    if x < x0 + rx[0] && y < y0 + ry[0] {
        return bend(x0 + rx[0], y0 + ry[0], 0, s7, 0.75);
    }
    // The nearest straight side.
    let d = [y - y0, x1 - x, y1 - y, x - x0];
    let nearest = (1..4).fold(0, |a, i| if d[i] < d[a] { i } else { a });
    match nearest {
        0 => (x - x0 - rx[0], -d[0]),
        1 => (s2 + y - y0 - ry[1], -d[1]),
        2 => (s4 + (x1 - rx[2]) - x, -d[2]),
        _ => (s6 + (y1 - ry[3]) - y, -d[3]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_in_zones_equal_pixel_by_pixel_colours() {
        let colors = [[1.0, 0.0, 0.0, 1.0], [0.0, 0.5, 0.0, 0.5], [0.0, 0.0, 1.0, 1.0], [0.2, 0.2, 0.0, 0.2]];
        let cases: [[[f32; 4]; 4]; 6] = [
            [[2.0, 3.0, 62.0, 48.0], [12.0; 4], [12.0; 4], [1.0; 4]],
            [[2.0, 3.0, 62.0, 48.0], [20.0, 5.0, 0.0, 9.0], [20.0, 5.0, 0.0, 14.0], [3.0, 8.0, 1.0, 15.0]],
            [[0.0, 0.0, 40.0, 40.0], [0.0; 4], [0.0; 4], [20.0; 4]],
            [[0.0, 0.0, 40.0, 40.0], [20.0; 4], [20.0; 4], [0.5; 4]],
            [[0.0, 0.0, 60.0, 20.0], [0.0; 4], [0.0; 4], [0.0, 30.0, 20.0, 30.0]],
            [[5.0, 5.0, 60.0, 40.0], [0.0; 4], [0.0; 4], [12.0, 2.0, 3.0, 4.0]],
        ];
        for [rect, rx, ry, w] in cases {
            for same in [true, false] {
                let edges = Edges { top: w[0], right: w[1], bottom: w[2], left: w[3] };
                let r = [rect[0] + w[3], rect[1] + w[0], rect[2] - w[1], rect[3] - w[2]];
                let radii = Radii { x: rx, y: ry }.inset(edges);
                let inner = (r[2] > r[0] && r[3] > r[1]).then_some((r, radii.x, radii.y));
                let colors = if same { [colors[1]; 4] } else { colors };
                let q = Quad {
                    shape: Shape { inverse: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], rect, rx, ry },
                    fill: [0.1, 0.3, 0.2, 0.7],
                    fill_bytes: [0; 4],
                    border: Some(Border { inner, colors, same, same_bytes: None, widths: w }),
                };
                for y in 0..50 {
                    let fy = y as f32 + 0.5;
                    let z = q.zones(fy).cut(0, 66);
                    let at = |x: i32| blend::bytes(q.at(x as f32 + 0.5, fy));
                    for x in 0..66 {
                        let by_zone = if x < z.start || x >= z.end {
                            [0; 4]
                        } else if x >= z.left && x < z.right {
                            at((z.left + z.right) / 2)
                        } else {
                            at(x)
                        };
                        assert_eq!(by_zone, at(x), "{rect:?} {w:?} {same} {x} {y} {z:?}");
                    }
                }
            }
        }
    }
}
