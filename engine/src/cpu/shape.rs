//! Coverage of shapes along a row of pixels.

use super::corner::{Corners, WholeBox};
use super::{Scene, blend};
use crate::paint::prepare::prim::{SHAPE_ROWS, coverage};
use crate::paint::prepare::{Prim, Shape};
use smallvec::SmallVec;

/// A shape with what is known of its rows.
pub struct Cutter {
    shape: Shape,
    whole: Option<WholeBox>,
}

impl Cutter {
    /// One of a shape.
    pub fn new(shape: Shape, corners: &mut Corners) -> Cutter {
        Cutter { shape, whole: WholeBox::new(&shape, corners) }
    }

    /// Writes the levels of a row of pixels from column `x0` on. Only for aligned shapes.
    pub fn levels(&self, y: i32, x0: i32, out: &mut [u8], corners: &mut Corners) {
        if let Some(whole) = &self.whole {
            return match whole.cover(y, corners) {
                Some(cover) => cover.write(x0, out, corners),
                None => out.fill(0),
            };
        }
        let (s, fy) = (&self.shape, y as f32 + 0.5);
        let z = zones(&s.rect, &s.rx, &s.ry, fy).cut(x0, x0 + out.len() as i32);
        let level = |x: i32| blend::level(coverage(&s.inverse, &s.rect, &s.rx, &s.ry, x as f32 + 0.5, fy)) as u8;
        out.fill(0);
        for x in (z.start..z.left).chain(z.right..z.end) {
            out[(x - x0) as usize] = level(x);
        }
        if z.left < z.right {
            out[(z.left - x0) as usize..(z.right - x0) as usize].fill(level((z.left + z.right) / 2));
        }
    }

    /// Multiplies a row of pixels that starts at column `x0` by the shape's coverage.
    pub fn cut(&self, y: i32, x0: i32, row: &mut [u8], corners: &mut Corners) {
        let Some(whole) = &self.whole else { return multiply(&self.shape, y, x0, row) };
        let Some(cover) = whole.cover(y, corners) else { return row.fill(0) };
        let x1 = x0 + (row.len() / 4) as i32;
        let cut = cover.cut(x0, x1, corners);
        let at = |x: i32| (x - x0) as usize * 4;
        for (from, levels) in [cut.near, cut.far] {
            for (px, level) in row[at(from)..].chunks_exact_mut(4).zip(levels) {
                blend::fade_row(px, u32::from(*level));
            }
        }
        row[..at(cut.near.0)].fill(0);
        row[at(cut.far.0) + cut.far.1.len() * 4..].fill(0);
    }
}

/// The clips of a primitive.
pub fn clips(scene: &Scene<'_>, prim: &Prim, corners: &mut Corners) -> SmallVec<[Cutter; 2]> {
    let (first, count) = prim.clips();
    (0..count).map(|i| Cutter::new(scene.frame.data.shape_at(first + i * SHAPE_ROWS), corners)).collect()
}

/// Pixels at the ends of a row that a shape may cover partly: columns up to `left` and from `right` on; in
/// between all pixels have the coverage of any one of them. Only for aligned shapes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Zones {
    /// Columns before this one have no coverage.
    pub start: i32,
    /// First column of the constant part.
    pub left: i32,
    /// One past the last column of the constant part; not less than `left`.
    pub right: i32,
    /// Columns from this one on have no coverage.
    pub end: i32,
}

/// How far from the edge the curve of a corner starts and stops to matter in the row `d` px above the
/// corner's centre: distances from the straight edge.
pub fn curve(rx: f32, ry: f32, d: f32) -> (f32, f32) {
    let run = |d: f32| {
        let t = (d / ry).clamp(0.0, 1.0);
        rx - rx * (1.0 - t * t).sqrt()
    };
    // The row is a pixel high and coverage fades over a pixel around the curve.
    (run(d - 1.25) - 1.25, run(d + 1.25) + 1.25)
}

/// The zones of a rounded rectangle at the row with centre `y`.
pub fn zones(rect: &[f32; 4], rx: &[f32; 4], ry: &[f32; 4], y: f32) -> Zones {
    let side = |top: usize, bottom: usize| {
        let (dt, db) = (rect[1] + ry[top] - y, y - (rect[3] - ry[bottom]));
        if rx[top] > 0.0 && dt > -1.25 && dt >= db {
            curve(rx[top], ry[top], dt)
        } else if rx[bottom] > 0.0 && db > -1.25 {
            curve(rx[bottom], ry[bottom], db)
        } else {
            (-1.0, 1.0)
        }
    };
    let (l, r) = (side(0, 3), side(1, 2));
    let cut = |v: f32| v.clamp(-1e8, 1e8) as i32;
    let left = cut((rect[0] + l.1).ceil());
    let right = cut((rect[2] - r.1).floor()).max(left);
    Zones { start: cut((rect[0] + l.0).floor()).min(left), left, right, end: cut((rect[2] - r.0).ceil()).max(right) }
}

impl Zones {
    /// Zones that lie around both.
    pub fn merge(&self, other: &Zones) -> Zones {
        let left = self.left.max(other.left);
        let right = self.right.min(other.right).max(left);
        Zones { start: self.start.min(other.start), left, right, end: self.end.max(other.end) }
    }

    /// Cut to the columns `x0..x1`.
    pub fn cut(&self, x0: i32, x1: i32) -> Zones {
        let c = |v: i32| v.clamp(x0, x1);
        Zones { start: c(self.start), left: c(self.left), right: c(self.right), end: c(self.end) }
    }
}

/// Multiplies a row of pixels that starts at column `x0` by a shape's coverage.
fn multiply(shape: &Shape, y: i32, x0: i32, row: &mut [u8]) {
    let x1 = x0 + (row.len() / 4) as i32;
    let mut pixel = |x: i32, c: u32| {
        if c < 255 {
            let at = (x - x0) as usize * 4;
            blend::fade_row(&mut row[at..at + 4], c);
        }
    };
    if !shape.is_aligned() {
        for x in x0..x1 {
            pixel(x, blend::level(shape.pixel(x, y)));
        }
        return;
    }
    let fy = y as f32 + 0.5;
    let z = zones(&shape.rect, &shape.rx, &shape.ry, fy).cut(x0, x1);
    let at = |x: i32| blend::level(coverage(&shape.inverse, &shape.rect, &shape.rx, &shape.ry, x as f32 + 0.5, fy));
    for x in (z.start..z.left).chain(z.right..z.end) {
        pixel(x, at(x));
    }
    let middle = if z.left < z.right { at((z.left + z.right) / 2) } else { 255 };
    let bytes = |a: i32, b: i32| (a - x0) as usize * 4..(b - x0) as usize * 4;
    if middle < 255 {
        blend::fade_row(&mut row[bytes(z.left, z.right)], middle);
    }
    row[bytes(x0, z.start)].fill(0);
    row[bytes(z.end, x1)].fill(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_in_zones_equal_pixel_by_pixel_coverage() {
        let shapes = [
            ([3.0, 2.0, 60.0, 41.0], [8.0, 20.0, 5.0, 0.0], [8.0, 11.0, 9.0, 0.0]),
            ([0.0, 0.0, 40.0, 40.0], [20.0; 4], [20.0; 4]),
            ([1.5, 0.25, 50.75, 30.5], [0.0; 4], [0.0; 4]),
            ([0.0, 0.0, 64.0, 10.0], [30.0; 4], [5.0; 4]),
            ([5.0, 5.0, 7.0, 40.0], [1.0; 4], [17.0; 4]),
        ];
        for (rect, rx, ry) in shapes {
            let shape = Shape { inverse: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], rect, rx, ry };
            for y in -3..50 {
                let mut row = vec![255u8; 70 * 4];
                multiply(&shape, y, -3, &mut row);
                for x in -3..67 {
                    let is = row[((x + 3) * 4) as usize];
                    assert_eq!(u32::from(is), blend::level(shape.pixel(x, y)), "{rect:?} {x} {y}");
                }
            }
        }
    }
}
