//! The spaces of a spatial table on the device: what maps a row's logical px to device px, and how edges snap there.

use super::geometry::{Affine, DeviceRect, Rect};
use super::tables::PropertyTables;
use std::ops::Deref;

/// Where the spaces of a table lie, computed when its rows or the scale have changed.
#[derive(Clone, Debug, Default)]
pub struct Spaces {
    rows: Vec<Space>,
    of: Option<(u64, u32)>,
}

impl Spaces {
    /// Brings them up to date; false if they were.
    pub fn update(&mut self, tables: &PropertyTables, scale: f32) -> bool {
        let of = Some((tables.revision, scale.to_bits()));
        let changed = self.of != of;
        if changed {
            self.of = of;
            tables.resolve(scale, &mut self.rows);
        }
        changed
    }
}

impl Deref for Spaces {
    type Target = [Space];

    fn deref(&self) -> &[Space] {
        &self.rows
    }
}

/// What is larger than this, logical px, has at least a device pixel.
const SHOWN: f32 = 1.0 / 16.0;

/// A space with its place on the device.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Space {
    /// From logical px to device px.
    pub to_device: Affine,
    /// Back; `None` if the space is flattened and nothing in it shows.
    pub to_logical: Option<Affine>,
    /// Only positive scales and a translation: edges snap to device pixels.
    pub axis_aligned: bool,
    /// Nothing but the device scale and a translation: border widths become whole pixels too.
    pub unscaled: bool,
    /// Device px per logical px that masks and distances are computed at.
    pub raster_scale: f32,
    /// Device px per logical px without any transform.
    pub device_scale: f32,
}

impl Space {
    /// A space from its map.
    pub fn new(to_device: Affine, scale: f32) -> Space {
        let axis_aligned = to_device.is_axis_aligned();
        Space {
            to_device,
            to_logical: to_device.inverse(),
            axis_aligned,
            unscaled: axis_aligned && (to_device.a - scale).abs() < 1e-4 && (to_device.d - scale).abs() < 1e-4,
            raster_scale: to_device.determinant().abs().sqrt(),
            device_scale: scale,
        }
    }

    /// A rectangle with its edges on whole device pixels as if there was no transform. Transforms that do more than
    /// move are applied to it after that, and its edges stay where they put them.
    pub fn snap_before(&self, r: &Rect) -> Rect {
        let s = self.device_scale;
        let axis = |from: f32, size: f32| {
            let (a, b) = ((from * s + 0.5).floor(), ((from + size) * s + 0.5).floor());
            // As in `snap`.
            let b = if b == a && size > SHOWN { a + 1.0 } else { b };
            (a / s, (b - a) / s)
        };
        let ((x, width), (y, height)) = (axis(r.x, r.width), axis(r.y, r.height));
        Rect::new(x, y, width, height)
    }

    /// A rectangle's device pixels with its edges rounded; only for axis-aligned spaces. Edges shared by two
    /// rectangles stay shared.
    pub fn snap(&self, r: &Rect) -> DeviceRect {
        const LIMIT: f32 = 1_048_576.0;
        let m = &self.to_device;
        let cut = |v: f32| (v + 0.5).floor().clamp(-LIMIT, LIMIT) as i32;
        let mut d = DeviceRect::new(
            cut(m.a * r.x + m.e),
            cut(m.d * r.y + m.f),
            cut(m.a * r.right() + m.e),
            cut(m.d * r.bottom() + m.f),
        );
        // What has a size keeps at least a pixel, as in browsers.
        if d.x1 == d.x0 && r.width > SHOWN {
            d.x1 += 1;
        }
        if d.y1 == d.y0 && r.height > SHOWN {
            d.y1 += 1;
        }
        d
    }
}
