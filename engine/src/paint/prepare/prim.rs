//! Primitives: what a painter draws, in device px.
//!
//! A [`Prim`] is also the instance record of the GPU painter. Figures that do not fit in it stand in the
//! frame's data table, rows of four 32-bit words that the shaders read as a texture. Layouts, by row from
//! [`Prim::data`]:
//!
//! | kind | rows |
//! | --- | --- |
//! | all shapes | 0: inverse map a b c d; 1: its e f; 2: x0 y0 x1 y1; 3: horizontal radii; 4: vertical radii |
//! | quad | 5: border widths t r b l; 6: border colours t r b l |
//! | gradient | 5: tile x y w h; 6: step x y, geometry, stops; 7: geometry figures; 8..: stops, two rows each |
//! | image | 5: tile x y w h; 6: step x y, level, -; 7: source x y, texels per px x y; 8: texel limits |
//! | shadow | 5: mask x0 y0 x1 y1; 6: place in page x y w h; 7: cut x y, texels per px, page |
//! | sharp shadow | 5: shape x0 y0 x1 y1; 6: horizontal radii; 7: vertical radii |
//! | dash | 5: border widths; 6: border colours; 7: start, dash, period, side (0-3), 4 for all around or 5 for all around on sides that differ (start is then the line's width) |
//! | layer | 0: opacity, texels per px, surface, -; 1: origin x y, size; 2-6: colour matrix rows, offsets |

use crate::paint::DeviceRect;

/// What a primitive is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u32)]
pub enum PrimKind {
    /// Its bounds in one colour.
    Solid = 0,
    /// A rounded rectangle with a fill and a border.
    Quad = 1,
    /// A rounded rectangle filled with a gradient.
    Gradient = 2,
    /// A rounded rectangle filled with an image.
    Image = 3,
    /// A coverage mask in one colour.
    Mask = 4,
    /// A coloured glyph.
    ColorMask = 5,
    /// A blurred rounded rectangle, outside or inside of a shape.
    Shadow = 6,
    /// A surface drawn before.
    Layer = 7,
    /// A dashed or dotted border.
    Dash = 8,
}

impl PrimKind {
    const ALL: [PrimKind; 9] = [
        PrimKind::Solid,
        PrimKind::Quad,
        PrimKind::Gradient,
        PrimKind::Image,
        PrimKind::Mask,
        PrimKind::ColorMask,
        PrimKind::Shadow,
        PrimKind::Layer,
        PrimKind::Dash,
    ];
}

/// The shape's inverse map is the identity: local coordinates are device px.
pub const FLAG_ALIGNED: u32 = 1 << 8;
/// A quad has a border; a dash is made of dots.
pub const FLAG_BORDER: u32 = 1 << 9;
/// An inset shadow.
pub const FLAG_INSET: u32 = 1 << 9;
/// A shadow without a blur: its shape is known, there is no mask.
pub const FLAG_SHARP: u32 = 1 << 10;
/// An image or layer is drawn as coverage in the primitive's colour.
pub const FLAG_TINT: u32 = 1 << 10;
/// An image takes the nearest texel.
pub const FLAG_NEAREST: u32 = 1 << 11;
/// A layer has a colour matrix.
pub const FLAG_MATRIX: u32 = 1 << 9;
/// A layer counts by its brightness: that is its opacity.
pub const FLAG_LUMINANCE: u32 = 1 << 11;
/// A gradient repeats.
pub const FLAG_REPEAT: u32 = 1 << 9;
/// The picture is clipped to its tile and repeats by the step.
pub const FLAG_TILED: u32 = 1 << 12;
/// An image's copies touch across: the last column of one is smoothed with the first one of the next.
pub const FLAG_WRAP_X: u32 = 1 << 13;
/// The same down.
pub const FLAG_WRAP_Y: u32 = 1 << 14;

/// A primitive. Colours are straight RGBA bytes.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Prim {
    /// Pixels it may touch: x0 y0 x1 y1, already cut by rectangular clips.
    pub bounds: [i32; 4],
    /// [`PrimKind`] in the low 8 bits, flags above.
    pub kind: u32,
    /// Colour.
    pub color: [u8; 4],
    /// First row in the data table.
    pub data: u32,
    /// First row of its clips in the low 24 bits, their number above.
    pub clip: u32,
    /// Mask: column and row of the page under device pixel (0, 0), page. Image: texture; the GPU painter adds
    /// where the picture lies in it, and its size. Layer: surface, [`Join`], its first texel across and down.
    pub params: [i32; 4],
}

/// How a layer comes together with the pixels that are there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(i32)]
pub enum Join {
    /// Over them.
    Over = 0,
    /// They are multiplied by its opacity.
    Mask = 1,
    /// It takes their place, less where they are.
    Outside = 2,
    /// Each less where the other one is.
    Exclude = 3,
}

const _: () = assert!(size_of::<Prim>() == 48);

impl Prim {
    /// Its kind.
    pub fn kind(&self) -> PrimKind {
        PrimKind::ALL[(self.kind & 0xff).min(8) as usize]
    }

    /// True if any of the flags is set.
    pub fn has(&self, flag: u32) -> bool {
        self.kind & flag != 0
    }

    /// How it comes together with the pixels that are there: layers in one of several ways, all else over them.
    pub fn join(&self) -> Join {
        match (self.kind(), self.params[1]) {
            (PrimKind::Layer, 1) => Join::Mask,
            (PrimKind::Layer, 2) => Join::Outside,
            (PrimKind::Layer, 3) => Join::Exclude,
            _ => Join::Over,
        }
    }

    /// Its bounds.
    pub fn rect(&self) -> DeviceRect {
        DeviceRect::new(self.bounds[0], self.bounds[1], self.bounds[2], self.bounds[3])
    }

    /// True if nothing below it shows in these pixels.
    pub fn hides(&self, area: &DeviceRect) -> bool {
        self.kind() == PrimKind::Solid && self.color[3] == 255 && self.clip == 0 && self.rect().contains(area)
    }

    /// First row and number of its clips.
    pub fn clips(&self) -> (u32, u32) {
        (self.clip & 0x00ff_ffff, self.clip >> 24)
    }
}

/// Rows of a shape in the data table.
pub const SHAPE_ROWS: u32 = 5;

/// A rounded rectangle under a map: what clips are, and the common part of most primitives.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shape {
    /// From device px to local px: a b c d e f. Local px are as large as device px (for skewed maps: on
    /// average), so distances are pixels.
    pub inverse: [f32; 6],
    /// Left, top, right, bottom in local px.
    pub rect: [f32; 4],
    /// Horizontal radii: top left, top right, bottom right, bottom left.
    pub rx: [f32; 4],
    /// Vertical radii.
    pub ry: [f32; 4],
}

/// Coverage of an interval by a pixel centred at `q`.
#[inline]
pub fn axis_coverage(lo: f32, hi: f32, q: f32) -> f32 {
    ((q - lo).min(0.5) + (hi - q).min(0.5)).clamp(0.0, 1.0)
}

/// Coverage of a pixel by all points on one side of a line: the area of a square that a line cuts. `value` is a
/// function that is 0 on the line and positive inside, at the pixel's centre; (gx, gy) is its gradient, per px.
/// The shaders have the same function.
#[inline]
pub fn half_plane(value: f32, gx: f32, gy: f32) -> f32 {
    let length = (gx * gx + gy * gy).sqrt().max(1e-6);
    let (nx, ny) = (gx.abs() / length, gy.abs() / length);
    let (a, b) = (nx.max(ny).max(1e-6), nx.min(ny));
    let distance = value.abs() / length;
    // What of the pixel lies beyond the line, where its centre does not: the line meets two opposite sides, or
    // cuts off a corner.
    let beyond = if distance <= (a - b) * 0.5 {
        0.5 - distance / a
    } else {
        let height = ((a + b) * 0.5 - distance).max(0.0);
        height * height / (2.0 * a * b).max(1e-6)
    };
    if value < 0.0 { beyond } else { 1.0 - beyond }
}

/// Coverage of a pixel by what lies between two lines at `lo` and `hi` of a coordinate with this gradient.
#[inline]
fn band(lo: f32, hi: f32, q: f32, gx: f32, gy: f32) -> f32 {
    (half_plane(q - lo, gx, gy) + half_plane(hi - q, gx, gy) - 1.0).max(0.0)
}

/// Coverage of a pixel centred at local (x, y) by a rounded rectangle whose local coordinates come from device px by
/// `inverse`. The shaders have the same function. Straight edges are exact; curved ones are taken for their tangent.
#[inline]
pub fn coverage(inverse: &[f32; 6], rect: &[f32; 4], rx: &[f32; 4], ry: &[f32; 4], x: f32, y: f32) -> f32 {
    let m = inverse;
    let base = if m[..4] == [1.0, 0.0, 0.0, 1.0] {
        axis_coverage(rect[0], rect[2], x) * axis_coverage(rect[1], rect[3], y)
    } else {
        band(rect[0], rect[2], x, m[0], m[2]) * band(rect[1], rect[3], y, m[1], m[3])
    };
    // Distances from the corner's centre outwards, whether that is right and down, and its radii. They are measured
    // from the edges: the same box has the same corners wherever it stands.
    let (left, top, right, bottom) = (x - rect[0], y - rect[1], rect[2] - x, rect[3] - y);
    let corners =
        [(left, top, -1.0, -1.0), (right, top, 1.0, -1.0), (right, bottom, 1.0, 1.0), (left, bottom, -1.0, 1.0)];
    let mut found = None;
    for (i, &(across, down, sx, sy)) in corners.iter().enumerate() {
        if rx[i] > 0.0 && across < rx[i] && down < ry[i] {
            found = Some(((rx[i] - across, ry[i] - down), (sx, sy), (rx[i], ry[i])));
        }
    }
    let Some((d, (sx, sy), r)) = found else { return base };
    if m[..4] == [1.0, 0.0, 0.0, 1.0] {
        return base.min(corner_coverage(d.0, d.1, r.0, r.1));
    }
    let (nx, ny) = (d.0 / r.0, d.1 / r.1);
    let k = (nx * nx + ny * ny).sqrt();
    let (hx, hy) = (nx / r.0 * sx, ny / r.1 * sy);
    base.min(half_plane((1.0 - k) * k, hx * m[0] + hy * m[1], hx * m[2] + hy * m[3]))
}

/// Coverage of a pixel by a corner of these radii, `dx` and `dy` outwards from its centre.
#[inline]
pub fn corner_coverage(dx: f32, dy: f32, rx: f32, ry: f32) -> f32 {
    if dx <= 0.0 || dy <= 0.0 {
        return 1.0;
    }
    let (nx, ny) = (dx / rx, dy / ry);
    let k = (nx * nx + ny * ny).sqrt();
    half_plane((1.0 - k) * k, nx / rx, ny / ry)
}

impl Shape {
    /// Local coordinates of the centre of a device pixel.
    #[inline]
    pub fn local(&self, x: i32, y: i32) -> (f32, f32) {
        let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
        let m = &self.inverse;
        (m[0] * px + m[2] * py + m[4], m[1] * px + m[3] * py + m[5])
    }

    /// Coverage of a device pixel.
    #[inline]
    pub fn pixel(&self, x: i32, y: i32) -> f32 {
        let (lx, ly) = self.local(x, y);
        coverage(&self.inverse, &self.rect, &self.rx, &self.ry, lx, ly)
    }

    /// True if all pixels of a rectangle are fully covered: a rounded rectangle is convex, so its corners tell.
    pub fn covers(&self, r: &DeviceRect) -> bool {
        let (x1, y1) = (r.x1 - 1, r.y1 - 1);
        [(r.x0, r.y0), (x1, r.y0), (r.x0, y1), (x1, y1)].iter().all(|&(x, y)| self.pixel(x, y) >= 1.0)
    }

    /// True if device px are its local px.
    pub fn is_aligned(&self) -> bool {
        self.inverse == [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    }
}

/// The data table.
#[derive(Clone, Debug, Default)]
pub struct DataTable {
    rows: Vec<[u32; 4]>,
}

impl DataTable {
    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// The rows.
    pub fn rows(&self) -> &[[u32; 4]] {
        &self.rows
    }

    /// Index of the next row.
    pub fn next(&self) -> u32 {
        self.rows.len() as u32
    }

    /// Appends a row of numbers.
    pub fn floats(&mut self, row: [f32; 4]) {
        self.rows.push(row.map(f32::to_bits));
    }

    /// Appends a row of words.
    pub fn words(&mut self, row: [u32; 4]) {
        self.rows.push(row);
    }

    /// Appends a shape.
    pub fn shape(&mut self, s: &Shape) {
        let m = &s.inverse;
        self.floats([m[0], m[1], m[2], m[3]]);
        self.floats([m[4], m[5], 0.0, 0.0]);
        self.floats(s.rect);
        self.floats(s.rx);
        self.floats(s.ry);
    }

    /// A row of words, zeros beyond the end.
    #[inline]
    pub fn row(&self, at: u32) -> [u32; 4] {
        self.rows.get(at as usize).copied().unwrap_or_default()
    }

    /// A row of words to change, none beyond the end.
    pub fn row_mut(&mut self, at: u32) -> &mut [u32] {
        self.rows.get_mut(at as usize).map_or(&mut [], |row| &mut row[..])
    }

    /// A row of numbers.
    #[inline]
    pub fn floats_at(&self, at: u32) -> [f32; 4] {
        self.row(at).map(f32::from_bits)
    }

    /// Reads a shape back.
    pub fn shape_at(&self, at: u32) -> Shape {
        let (a, b) = (self.floats_at(at), self.floats_at(at + 1));
        Shape {
            inverse: [a[0], a[1], a[2], a[3], b[0], b[1]],
            rect: self.floats_at(at + 2),
            rx: self.floats_at(at + 3),
            ry: self.floats_at(at + 4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(r: f32) -> Shape {
        let rect = [0.0, 0.0, 2.0 * r, 2.0 * r];
        Shape { inverse: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], rect, rx: [r; 4], ry: [r; 4] }
    }

    #[test]
    fn the_coverage_of_a_circle_adds_up_to_its_area() {
        for r in [4.0f32, 10.0, 33.0] {
            let s = circle(r);
            let n = (2.0 * r) as i32;
            let sum: f32 = (0..n).flat_map(|y| (0..n).map(move |x| (x, y))).map(|(x, y)| s.pixel(x, y)).sum();
            let area = std::f32::consts::PI * r * r;
            assert!((sum / area - 1.0).abs() < 0.01, "{r}: {sum} {area}");
        }
    }

    #[test]
    fn a_line_covers_the_area_that_it_cuts_off() {
        for (gx, gy) in [(1.0f32, 0.0f32), (0.6, 0.8), (1.0, 1.0), (-3.0, 0.5)] {
            for d in [-0.6f32, -0.3, 0.0, 0.1, 0.45, 0.65] {
                let length = (gx * gx + gy * gy).sqrt();
                // By counting points.
                let points = (0..200).flat_map(|i| (0..200).map(move |j| (i as f32 / 200.0, j as f32 / 200.0)));
                let inside = points.filter(|(x, y)| (x - 0.4975) * gx + (y - 0.4975) * gy + d * length > 0.0).count();
                let is = half_plane(d * length, gx, gy);
                assert!((is - inside as f32 / 40_000.0).abs() < 0.01, "{gx} {gy} {d}: {is} {inside}");
            }
        }
    }

    #[test]
    fn fractions_of_a_pixel_are_exact_on_straight_edges() {
        let s =
            Shape { inverse: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], rect: [0.25, 0.0, 0.75, 2.0], rx: [0.0; 4], ry: [0.0; 4] };
        assert_eq!(s.pixel(0, 0), 0.5);
        assert_eq!(s.pixel(1, 0), 0.0);
    }

    #[test]
    fn a_shape_covers_only_what_lies_well_inside() {
        let s = circle(20.0);
        assert!(s.covers(&DeviceRect::new(10, 10, 30, 30)));
        assert!(!s.covers(&DeviceRect::new(2, 2, 38, 38)));
    }

    #[test]
    fn shapes_survive_the_data_table() {
        let mut t = DataTable::default();
        let s = circle(3.0);
        t.words([1, 2, 3, 4]);
        t.shape(&s);
        assert_eq!(t.shape_at(1), s);
        assert_eq!(t.next(), 1 + SHAPE_ROWS);
        assert_eq!(t.row(99), [0; 4]);
    }
}
