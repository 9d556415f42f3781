//! Rounded boxes that stand on whole pixels, row by row. What a corner covers of a row depends on its radii alone, so
//! each thread computes it once for all boxes that have such corners.

use super::blend;
use crate::paint::prepare::Shape;
use crate::paint::prepare::prim::corner_coverage;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Bytes of levels and rows that are kept; with more all are forgotten.
const BUDGET: usize = 1 << 20;
/// Radii beyond these have no rows here, px.
const LARGEST: f32 = 4096.0;

/// The pixels of a row that a corner covers partly.
#[derive(Clone, Copy)]
struct CornerRow {
    /// Pixels from the straight edge that it does not cover at all.
    start: u32,
    /// How many it covers partly. After them all is covered.
    count: u32,
    /// Their levels, from here on.
    at: u32,
}

const UNKNOWN: CornerRow = CornerRow { start: 0, count: 0, at: u32::MAX };

struct Corner {
    rx: f32,
    ry: f32,
    rows: Vec<CornerRow>,
}

/// A thread's corners.
#[derive(Default)]
pub struct Corners {
    by_radii: FxHashMap<(u32, u32), u32>,
    all: Vec<Corner>,
    rows: usize,
    /// Levels of rows from the edge inwards, and the same from within.
    inwards: Vec<u8>,
    outwards: Vec<u8>,
    /// The same in [`blend::WHOLE`]ths: colours that are laid one over the other on the same edge round but once each.
    fine_inwards: Vec<u16>,
    fine_outwards: Vec<u16>,
}

impl Corners {
    /// Forgets all where they are too many. What [`Box::new`] has made is not to be used after it.
    pub fn trim(&mut self) {
        if self.inwards.len() * 6 + self.rows * size_of::<CornerRow>() > BUDGET {
            *self = Corners::default();
        }
    }

    fn find(&mut self, rx: f32, ry: f32) -> u32 {
        *self.by_radii.entry((rx.to_bits(), ry.to_bits())).or_insert_with(|| {
            let rows = vec![UNKNOWN; ry.ceil() as usize];
            self.rows += rows.len();
            self.all.push(Corner { rx, ry, rows });
            self.all.len() as u32 - 1
        })
    }

    fn row(&mut self, corner: u32, j: i32) -> CornerRow {
        let Corner { rx, ry, rows } = &mut self.all[corner as usize];
        let Some(row) = rows.get_mut(j as usize) else { return CornerRow { at: 0, ..UNKNOWN } };
        if row.at == u32::MAX {
            let at = self.inwards.len();
            let (near, far) = super::shape::curve(*rx, *ry, *ry - (j as f32 + 0.5));
            let first = near.floor().max(0.0) as u32;
            let mut start = first;
            for i in first..far.ceil().max(0.0) as u32 {
                let part = corner_coverage(*rx - (i as f32 + 0.5), *ry - (j as f32 + 0.5), *rx, *ry);
                let fine = (part * f32::from(blend::WHOLE) + 0.5) as u16;
                if fine == 0 && self.inwards.len() == at {
                    start = i + 1;
                    continue;
                }
                self.fine_inwards.push(fine);
                self.inwards.push(blend::level(part) as u8);
            }
            while self.inwards.len() > at && self.fine_inwards.last() == Some(&blend::WHOLE) {
                self.fine_inwards.pop();
                self.inwards.pop();
            }
            self.outwards.extend(self.inwards[at..].iter().rev());
            self.fine_outwards.extend(self.fine_inwards[at..].iter().rev());
            *row = CornerRow { start, count: (self.inwards.len() - at) as u32, at: at as u32 };
        }
        *row
    }
}

/// A rounded box on whole pixels.
#[derive(Clone, Copy)]
pub struct WholeBox {
    /// Left, top, right, bottom.
    pub edges: [i32; 4],
    ry: [f32; 4],
    corners: [Option<u32>; 4],
}

/// What a box covers of a row: columns with levels, columns that are covered, columns with levels.
#[derive(Clone, Debug)]
pub struct Cover {
    /// First column with a level.
    pub start: i32,
    /// First column that is all covered.
    pub left: i32,
    /// One past the last such column, not less than `left`.
    pub right: i32,
    /// One past the last column with a level.
    pub end: i32,
    levels: [Range<usize>; 2],
}

impl WholeBox {
    /// The box of a shape, unless its edges lie between pixels.
    pub fn new(shape: &Shape, corners: &mut Corners) -> Option<WholeBox> {
        if !shape.is_aligned() {
            return None;
        }
        WholeBox::of(&shape.rect, &shape.rx, &shape.ry, corners)
    }

    /// The same of a rectangle in device px and its radii.
    pub fn of(rect: &[f32; 4], rx: &[f32; 4], ry: &[f32; 4], corners: &mut Corners) -> Option<WholeBox> {
        let whole = rect.iter().all(|v| *v == v.floor() && v.abs() < 1e7);
        if !whole || rx.iter().chain(ry).any(|r| r.is_nan() || *r > LARGEST) {
            return None;
        }
        let corners = std::array::from_fn(|i| (rx[i] > 0.0 && ry[i] > 0.5).then(|| corners.find(rx[i], ry[i])));
        Some(WholeBox { edges: rect.map(|v| v as i32), ry: *ry, corners })
    }

    /// What it covers of a row of pixels.
    pub fn cover(&self, y: i32, corners: &mut Corners) -> Option<Cover> {
        let [x0, y0, x1, y1] = self.edges;
        if y < y0 || y >= y1 || x0 >= x1 {
            return None;
        }
        let (top, bottom) = (y - y0, y1 - 1 - y);
        let mut side = |upper: usize, lower: usize| {
            let within = |i: usize, j: i32| j as f32 + 0.5 < self.ry[i];
            match (self.corners[upper], self.corners[lower]) {
                (_, Some(corner)) if within(lower, bottom) => corners.row(corner, bottom),
                (Some(corner), _) if within(upper, top) => corners.row(corner, top),
                _ => CornerRow { at: 0, ..UNKNOWN },
            }
        };
        let (l, r) = (side(0, 3), side(1, 2));
        let start = x0.saturating_add(l.start as i32).min(x1);
        let left = (start + l.count as i32).min(x1);
        let end = x1.saturating_sub(r.start as i32).max(left);
        let right = (end - r.count as i32).max(left);
        let (la, ra) = (l.at as usize, r.at as usize);
        // What lies farthest in is left out where both corners meet.
        let skipped = r.count as usize - (end - right) as usize;
        let levels = [la..la + (left - start) as usize, ra + skipped..ra + r.count as usize];
        Some(Cover { start, left, right, end, levels })
    }
}

/// The parts of a row's cover between two columns.
pub struct Cut<'a, T> {
    /// First column and levels of the near end.
    pub near: (i32, &'a [T]),
    /// Columns that are covered.
    pub middle: (i32, i32),
    /// First column and levels of the far end.
    pub far: (i32, &'a [T]),
}

impl<T: Copy> Cut<'_, T> {
    /// Writes the levels of the columns from `x0` on.
    fn write(&self, x0: i32, out: &mut [T], none: T, whole: T) {
        let at = |x: i32| (x - x0) as usize;
        let (near, far) = (at(self.near.0), at(self.far.0));
        out[..near].fill(none);
        out[near..near + self.near.1.len()].copy_from_slice(self.near.1);
        out[at(self.middle.0)..at(self.middle.1)].fill(whole);
        out[far..far + self.far.1.len()].copy_from_slice(self.far.1);
        out[far + self.far.1.len()..].fill(none);
    }
}

impl Cover {
    #[inline]
    fn parts<'a, T>(&self, x0: i32, x1: i32, inwards: &'a [T], outwards: &'a [T]) -> Cut<'a, T> {
        let part = |from: i32, to: i32, levels: &'a [T]| {
            let a = from.clamp(x0, x1);
            let b = to.clamp(a, x1);
            if a < b { (a, &levels[(a - from) as usize..(b - from) as usize]) } else { (a, &levels[..0]) }
        };
        let left = self.left.clamp(x0, x1);
        Cut {
            near: part(self.start, self.left, &inwards[self.levels[0].clone()]),
            middle: (left, self.right.clamp(left, x1)),
            far: part(self.right, self.end, &outwards[self.levels[1].clone()]),
        }
    }

    /// The parts of it between two columns.
    #[inline]
    pub fn cut<'a>(&self, x0: i32, x1: i32, corners: &'a Corners) -> Cut<'a, u8> {
        self.parts(x0, x1, &corners.inwards, &corners.outwards)
    }

    /// The same with fine levels.
    #[inline]
    pub fn cut_fine<'a>(&self, x0: i32, x1: i32, corners: &'a Corners) -> Cut<'a, u16> {
        self.parts(x0, x1, &corners.fine_inwards, &corners.fine_outwards)
    }

    /// Writes the levels of the columns from `x0` on.
    pub fn write(&self, x0: i32, out: &mut [u8], corners: &Corners) {
        self.cut(x0, x0 + out.len() as i32, corners).write(x0, out, 0, 255);
    }

    /// Writes the fine levels of the columns from `x0` on.
    pub fn write_fine(&self, x0: i32, out: &mut [u16], corners: &Corners) {
        self.cut_fine(x0, x0 + out.len() as i32, corners).write(x0, out, 0, blend::WHOLE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_whole_boxes_are_the_coverage_of_their_shapes() {
        let shapes = [
            ([3.0, 2.0, 60.0, 41.0], [8.0, 20.0, 5.0, 0.0], [8.0, 11.0, 9.0, 0.0]),
            ([0.0, 0.0, 40.0, 40.0], [20.0; 4], [20.0; 4]),
            ([0.0, 0.0, 41.0, 41.0], [20.5; 4], [20.5; 4]),
            ([0.0, 0.0, 64.0, 10.0], [30.3; 4], [5.0; 4]),
            ([5.0, 5.0, 7.0, 40.0], [1.0; 4], [17.0; 4]),
            ([5.0, 5.0, 65.0, 40.0], [0.3; 4], [0.4; 4]),
            ([5.0, 5.0, 65.0, 40.0], [0.0, 10.0, 3.7, 12.2], [0.0, 11.0, 0.6, 8.0]),
        ];
        let mut corners = Corners::default();
        for (rect, rx, ry) in shapes {
            let shape = Shape { inverse: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], rect, rx, ry };
            let whole = WholeBox::new(&shape, &mut corners).expect("edges are whole");
            for y in -3..50 {
                let (mut row, mut fine) = (vec![0u8; 70], vec![0u16; 70]);
                if let Some(cover) = whole.cover(y, &mut corners) {
                    cover.write(-3, &mut row, &corners);
                    cover.write_fine(-3, &mut fine, &corners);
                    for (a, b) in [(0, 70), (4, 9), (57, 66), (20, 20)] {
                        let mut part = vec![7u8; b - a];
                        cover.write(a as i32 - 3, &mut part, &corners);
                        assert_eq!(part, row[a..b], "{rect:?} {y} {a} {b}");
                    }
                }
                for ((x, is), fine) in (-3..).zip(&row).zip(&fine) {
                    let part = shape.pixel(x, y);
                    assert_eq!(u32::from(*is), blend::level(part), "{rect:?} {x} {y}");
                    assert_eq!(*fine, (part * f32::from(blend::WHOLE) + 0.5) as u16, "{rect:?} {x} {y}");
                }
            }
        }
    }

    #[test]
    fn a_box_between_pixels_has_no_rows() {
        let mut corners = Corners::default();
        assert!(WholeBox::of(&[0.5, 0.0, 9.0, 9.0], &[0.0; 4], &[0.0; 4], &mut corners).is_none());
        assert!(WholeBox::of(&[0.0, 0.0, f32::NAN, 9.0], &[0.0; 4], &[0.0; 4], &mut corners).is_none());
        assert!(WholeBox::of(&[0.0, 0.0, 9.0, 9.0], &[f32::NAN; 4], &[0.0; 4], &mut corners).is_none());
    }

    #[test]
    fn corners_of_ever_other_radii_are_forgotten() {
        let mut corners = Corners::default();
        for n in 0..2000 {
            corners.trim();
            let r = 100.0 + n as f32 / 16.0;
            let whole = WholeBox::of(&[0.0, 0.0, 900.0, 900.0], &[r; 4], &[r; 4], &mut corners).expect("whole");
            let shown = (0..300).filter(|y| whole.cover(*y, &mut corners).is_some()).count();
            assert_eq!(shown, 300);
            assert!(corners.inwards.len() < BUDGET);
        }
    }
}
