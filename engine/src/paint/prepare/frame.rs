//! A frame that is ready to be painted: primitives, surfaces, and the steps over them.

use super::prim::{DataTable, Prim, PrimKind};
use crate::images::Bitmap;
use crate::paint::geometry::DeviceRect;
use crate::paint::path::{FillRule, Path, Stroke};
use pellicle_layout::style::computed::BlendMode;
use std::ops::Range;
use std::sync::Arc;

/// A texture of a frame.
#[derive(Clone, Debug)]
pub enum Texture {
    /// An image.
    Bitmap(Arc<Bitmap>),
    /// A part of one level of an image that is too large to be a texture.
    Part(Arc<Bitmap>, Part),
    /// A texture that the host has given the painter, by its slot.
    External(u32),
}

/// Texels of an image's level.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Part {
    /// First column and row.
    pub at: (u32, u32),
    /// Columns and rows.
    pub size: (u32, u32),
}

/// Where a layer is drawn. Surface 0 is the target itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Surface {
    /// The device pixels that it stands for.
    pub rect: DeviceRect,
    /// Device px per texel.
    pub step: u32,
}

impl Surface {
    /// Texels of a row and number of rows.
    pub fn texels(&self) -> (u32, u32) {
        ((self.rect.width() as u32).div_ceil(self.step), (self.rect.height() as u32).div_ceil(self.step))
    }
}

/// A surface of a frame whose pixels outlive it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeptSurface {
    /// Which.
    pub surface: u32,
    /// What a painter knows the pixels by from frame to frame.
    pub id: u32,
    /// The frame draws it; else it is there, and nothing is drawn on it.
    pub fresh: bool,
}

/// A path that is drawn as triangles.
#[derive(Clone, PartialEq, Debug)]
pub struct FramePath {
    /// The outline.
    pub path: Arc<Path>,
    /// Line, or `None` to fill.
    pub stroke: Option<Arc<Stroke>>,
    /// Which points a fill covers.
    pub rule: FillRule,
    /// From its own units to device px: a b c d e f.
    pub matrix: [f32; 6],
}

/// How paths that are too large for the masks of the glyph cache are drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LargePaths {
    /// As masks all the same, tile by tile.
    #[default]
    Masks,
    /// As coverage that the painter makes of triangles: [`Pass::Mesh`].
    Meshes,
}

/// A step of a frame. Steps run in order.
#[derive(Clone, PartialEq, Debug)]
pub enum Pass {
    /// Draws primitives.
    Draw {
        /// Where.
        surface: u32,
        /// Starts from transparent black (from the background for the target).
        clear: bool,
        /// Which.
        prims: Range<u32>,
    },
    /// Draws the coverage of a path, in white, on an empty surface. Only where [`LargePaths::Meshes`] was asked for.
    Mesh {
        /// Where.
        surface: u32,
        /// Which path of the frame.
        path: u32,
    },
    /// Copies what lies under the new surface from another one.
    Copy {
        /// Source.
        from: u32,
        /// Target.
        to: u32,
    },
    /// Blends the colours of a surface with those of what lies under it; its opacity stays.
    Blend {
        /// Source.
        from: u32,
        /// What lies under it: a surface with the same rectangle.
        under: u32,
        /// Target with the same rectangle.
        to: u32,
        /// How.
        mode: BlendMode,
    },
    /// Reduces a surface to the step of the target, then blurs it.
    Blur {
        /// Source, at step 1.
        from: u32,
        /// Target with the same rectangle.
        to: u32,
        /// Standard deviation in texels of the target.
        sigma: f32,
        /// Beyond the edge lies the mirror image, else nothing.
        extend: bool,
    },
}

/// A frame that is ready to be painted.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Size of the target, device px.
    pub size: (u32, u32),
    /// The pixels that are painted again.
    pub damage: Vec<DeviceRect>,
    /// The canvas colour, opaque.
    pub background: [u8; 4],
    /// Primitives of all passes.
    pub prims: Vec<Prim>,
    /// Their data.
    pub data: DataTable,
    /// Textures by index.
    pub textures: Vec<Texture>,
    /// Paths by index.
    pub paths: Vec<FramePath>,
    /// Surfaces by index.
    pub surfaces: Vec<Surface>,
    /// What is to be done.
    pub passes: Vec<Pass>,
    /// Passes, in order, after which a surface is not read any more, with the surface: its memory is free for the
    /// next one.
    pub released: Vec<(u32, u32)>,
    /// Layers that were drawn without their effect, because the surfaces of the frame have a budget.
    pub flattened: u32,
    /// Surfaces whose pixels are there from frames before, or are kept for the next ones.
    pub kept: Vec<KeptSurface>,
    /// Pixels that are not needed any more, by what painters know them by: gone before the frame is drawn.
    pub dropped: Vec<u32>,
    /// Layers whose pixels were there already.
    pub hits: u32,
}

impl Frame {
    /// Finds out when surfaces are free again.
    pub(super) fn release(&mut self) {
        self.released.clear();
        self.released.resize(self.surfaces.len(), (0, 0));
        for (i, (_, surface)) in self.released.iter_mut().enumerate() {
            *surface = i as u32;
        }
        for (i, pass) in self.passes.iter().enumerate() {
            let mut used = |surface: u32| {
                if let Some((last, _)) = self.released.get_mut(surface as usize) {
                    *last = i as u32;
                }
            };
            match pass {
                Pass::Draw { surface, prims, .. } => {
                    used(*surface);
                    let prims = &self.prims[prims.start as usize..prims.end as usize];
                    prims.iter().filter(|p| p.kind() == PrimKind::Layer).for_each(|p| used(p.params[0] as u32));
                }
                Pass::Mesh { surface, .. } => used(*surface),
                Pass::Blend { from, under, to, .. } => [from, under, to].into_iter().for_each(|s| used(*s)),
                Pass::Copy { from, to } | Pass::Blur { from, to, .. } => {
                    used(*from);
                    used(*to);
                }
            }
        }
        // The target is nobody's, and what is kept stays.
        for kept in &self.kept {
            self.released[kept.surface as usize] = (0, 0);
        }
        self.released.retain(|(_, surface)| *surface > 0);
        self.released.sort_unstable();
    }

    /// The surfaces that nothing reads after a pass.
    pub fn released_after(&self, pass: usize) -> impl Iterator<Item = usize> {
        let first = self.released.partition_point(|r| (r.0 as usize) < pass);
        self.released[first..].iter().take_while(move |r| r.0 as usize == pass).map(|r| r.1 as usize)
    }
}
