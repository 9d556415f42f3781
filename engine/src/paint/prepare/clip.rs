//! Clips in device px: the rectangle that is left, and the shapes that a painter multiplies in.

use super::prim::{DataTable, Shape};
use crate::paint::geometry::DeviceRect;
use crate::paint::space::Space;
use crate::paint::tables::{ClipId, PropertyTables};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// A chain of clips.
#[derive(Clone, Debug)]
pub struct ResolvedClip {
    /// The pixels left by all clips that are rectangles on the device.
    pub bounds: DeviceRect,
    /// Clips that are not, outermost first; their rows stand in the data table one after the other.
    shapes: SmallVec<[Shape; 2]>,
    first_row: u32,
}

impl ResolvedClip {
    /// The value of `Prim::clip` for a primitive with these bounds: 0 where no shape cuts into them.
    pub fn needed_for(&self, rect: &DeviceRect) -> u32 {
        if self.shapes.iter().all(|s| s.covers(rect)) {
            return 0;
        }
        self.first_row | (self.shapes.len().min(255) as u32) << 24
    }
}

/// Clips resolved so far in this frame. A chain is resolved up to a stop: inside of a layer that moves
/// pixels, clips outside of the layer apply to the finished layer.
#[derive(Default)]
pub struct ResolvedClips {
    all: Vec<ResolvedClip>,
    direct: Vec<u32>,
    partial: FxHashMap<(ClipId, ClipId), usize>,
}

impl ResolvedClips {
    /// Forgets all; the table has `count` rows.
    pub fn clear(&mut self, count: usize) {
        self.all.clear();
        self.direct.clear();
        self.direct.resize(count, u32::MAX);
        self.partial.clear();
    }

    /// A resolved chain.
    pub fn get(&self, index: usize) -> &ResolvedClip {
        &self.all[index]
    }

    /// A chain with one more shape, for a single primitive.
    pub fn extend(&mut self, index: usize, shape: Shape, data: &mut DataTable) -> usize {
        let mut shapes = self.all[index].shapes.clone();
        shapes.push(shape);
        let first_row = data.next();
        for s in &shapes {
            data.shape(s);
        }
        self.all.push(ResolvedClip { bounds: self.all[index].bounds, shapes, first_row });
        self.all.len() - 1
    }

    /// Resolves the chain of `id` up to (without) `stop`.
    pub fn resolve(
        &mut self,
        tables: &PropertyTables,
        spaces: &[Space],
        data: &mut DataTable,
        id: ClipId,
        stop: ClipId,
    ) -> usize {
        let id = if (id.0 as usize) < tables.clips().len() { id } else { ClipId(0) };
        if stop.0 == 0 {
            if let Some(&known) = self.direct.get(id.0 as usize)
                && known != u32::MAX
            {
                return known as usize;
            }
        } else if let Some(&known) = self.partial.get(&(id, stop)) {
            return known;
        }
        let resolved = build(tables, spaces, data, id, stop);
        let index = self.all.len();
        self.all.push(resolved);
        if stop.0 == 0 {
            self.direct[id.0 as usize] = index as u32;
        } else {
            self.partial.insert((id, stop), index);
        }
        index
    }
}

fn build(tables: &PropertyTables, spaces: &[Space], data: &mut DataTable, id: ClipId, stop: ClipId) -> ResolvedClip {
    const FAR: i32 = 1 << 20;
    let mut bounds = DeviceRect::new(-FAR, -FAR, FAR, FAR);
    let mut shapes: SmallVec<[Shape; 2]> = SmallVec::new();
    let mut at = id;
    while at.0 != 0 && at != stop {
        let Some(clip) = tables.clips().get(at.0 as usize) else { break };
        if let Some(space) = spaces.get(clip.spatial.0 as usize) {
            if space.axis_aligned {
                let r = space.snap(&clip.rect);
                bounds = bounds.intersect(&r);
                if !clip.radii.is_zero() {
                    shapes.push(aligned_shape(&r, &clip.radii.scale(space.to_device.a, space.to_device.d)));
                }
            } else if let Some(shape) = general_shape(space, &clip.rect, &clip.radii) {
                bounds = bounds.intersect(&DeviceRect::enclosing(&space.to_device.bounds(&clip.rect).outset(1.0)));
                shapes.push(shape);
            } else {
                bounds = DeviceRect::default();
            }
        }
        at = clip.parent;
    }
    shapes.reverse();
    let first_row = data.next();
    for s in &shapes {
        data.shape(s);
    }
    ResolvedClip { bounds, shapes, first_row }
}

/// A shape whose local px are device px.
pub fn aligned_shape(r: &DeviceRect, radii: &crate::paint::Radii) -> Shape {
    let rect = [r.x0 as f32, r.y0 as f32, r.x1 as f32, r.y1 as f32];
    let radii = radii.fit(r.width() as f32, r.height() as f32);
    Shape { inverse: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], rect, rx: radii.x, ry: radii.y }
}

/// A shape in a turned or mirrored space; `None` if the space is flat.
pub fn general_shape(space: &Space, r: &crate::paint::Rect, radii: &crate::paint::Radii) -> Option<Shape> {
    let s = space.raster_scale;
    let m = space.to_logical?;
    let inverse = [m.a * s, m.b * s, m.c * s, m.d * s, m.e * s, m.f * s];
    let rect = [r.x * s, r.y * s, r.right() * s, r.bottom() * s];
    let radii = radii.scale(s, s).fit(rect[2] - rect[0], rect[3] - rect[1]);
    Some(Shape { inverse, rect, rx: radii.x, ry: radii.y })
}
