//! Boxes on whole pixels in one colour, with or without a border in another: nearly all boxes of a page. Their rows are
//! levels of corners and runs of one colour, in whole numbers.

use super::blend;
use super::corner::{Corners, Cover, WholeBox};
use super::quad::Quad;

/// Such a box, with premultiplied colours.
pub struct Whole {
    outer: WholeBox,
    fill: [u8; 4],
    ring: Option<Ring>,
}

/// A border of one colour.
struct Ring {
    /// Padding edge; none where the border leaves nothing.
    inner: Option<WholeBox>,
    line: [u8; 4],
    /// The border's colour over the fill.
    both: [u8; 4],
}

/// Fine levels of a few pixels.
#[derive(Default)]
pub struct Levels {
    outer: Vec<u16>,
    inner: Vec<u16>,
}

impl Whole {
    /// The box of a quad, if it is one.
    pub fn new(quad: &Quad, corners: &mut Corners) -> Option<Whole> {
        let outer = WholeBox::new(&quad.shape, corners)?;
        let fill = quad.fill_bytes;
        let Some(border) = &quad.border else { return Some(Whole { outer, fill, ring: None }) };
        let line = border.same_bytes?;
        let inner = match &border.inner {
            Some((rect, rx, ry)) => Some(WholeBox::of(rect, rx, ry, corners)?),
            None => None,
        };
        let mut both = fill;
        blend::over(&mut both, line);
        Some(Whole { outer, fill, ring: Some(Ring { inner, line, both }) })
    }

    /// Draws its part of a row of pixels from column `x0` on.
    pub fn row(&self, y: i32, x0: i32, row: &mut [u8], corners: &mut Corners, levels: &mut Levels) {
        let Some(outer) = self.outer.cover(y, corners) else { return };
        let Some(ring) = &self.ring else { return even(row, x0, &outer, self.fill, corners) };
        let Some(inner) = ring.inner.as_ref().and_then(|b| b.cover(y, corners)) else {
            return even(row, x0, &outer, ring.both, corners);
        };
        let x1 = x0 + (row.len() / 4) as i32;
        let left = outer.left.max(inner.left).min(outer.end);
        let right = outer.right.min(inner.right).clamp(left, outer.end);
        for (from, to) in [(outer.start, left), (right, outer.end)] {
            let (from, to) = (from.clamp(x0, x1), to.clamp(x0, x1));
            let count = (to - from).max(0) as usize;
            levels.outer.resize(count, 0);
            levels.inner.resize(count, 0);
            outer.write_fine(from, &mut levels.outer, corners);
            inner.write_fine(from, &mut levels.inner, corners);
            blend::ring(span(row, x0, from, to), (&levels.outer, &levels.inner), ring.line, self.fill);
        }
        blend::fill(span(row, x0, left.clamp(x0, x1), right.clamp(x0, x1)), self.fill);
    }
}

/// The pixels `from..to` of a row that starts at `x0`.
fn span(row: &mut [u8], x0: i32, from: i32, to: i32) -> &mut [u8] {
    let at = (from - x0) as usize * 4;
    &mut row[at..at + (to - from).max(0) as usize * 4]
}

/// One colour through what a box covers of a row.
fn even(row: &mut [u8], x0: i32, cover: &Cover, color: [u8; 4], corners: &Corners) {
    let x1 = x0 + (row.len() / 4) as i32;
    let cut = cover.cut_fine(x0, x1, corners);
    for (from, levels) in [cut.near, cut.far] {
        blend::edge(span(row, x0, from, from + levels.len() as i32), levels, color);
    }
    blend::fill(span(row, x0, cut.middle.0, cut.middle.1), color);
}
