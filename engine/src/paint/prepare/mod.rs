//! From a display list to primitives in device px: the half of painting that both painters share.
//!
//! One walk over the items resolves table rows, snaps edges, cuts by rectangular clips, culls what no damage
//! touches, rasterises missing masks and cuts layers into passes. What is left to a painter is to run the
//! passes. Because all geometry is computed here once, the painters differ in rounding only.
//!
//! | module | models |
//! | --- | --- |
//! | [`prim`] | primitives and the data table |
//! | [`clip`] | resolved clips |
//! | [`filter`] | filter functions put together |
//! | [`layer`] | layers, their surfaces and what those may take |
//! | [`rings`] | borders of two rings: double ones, grooves and ridges |
//! | [`shapes`] | boxes: quads, borders, gradients, shadows |
//! | [`picture`] | images |
//! | `parts` | images that are larger than textures can be |
//! | `join` | how layers come together with their surroundings |
//! | `merge` | surfaces that are put together |
//! | [`glyph`] | glyph runs and paths |

pub mod clip;
pub mod filter;
pub mod glyph;
mod join;
pub mod layer;
mod merge;
mod parts;
pub mod picture;
pub mod prim;
pub mod rings;
pub mod shapes;

pub use filter::filter_reach;
pub(crate) use picture::shown_size;
pub use prim::{DataTable, Prim, PrimKind, Shape};

use super::extents::ROUNDING;
use super::geometry::{DeviceRect, Rect};
use super::list::{DisplayList, Item, ItemKind};
use super::path::{FillRule, Path, Stroke};
use super::space::{Space, Spaces};
use super::tables::ClipId;
use crate::glyphs::GlyphCache;
use crate::images::{Bitmap, ImageStore};
use clip::ResolvedClips;
use layer::OpenLayer;
use merge::Merger;
use pellicle_layout::style::computed::BlendMode;
use pellicle_layout::text::FontBook;
use rustc_hash::FxHashSet;
use std::ops::Range;
use std::sync::Arc;

/// What items refer to beyond the list.
pub struct Resources<'a> {
    /// Faces of glyph runs.
    pub fonts: &'a FontBook,
    /// Pixels of images.
    pub images: &'a ImageStore,
    /// Masks.
    pub glyphs: &'a mut GlyphCache,
}

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
}

impl Frame {
    /// Finds out when surfaces are free again.
    fn release(&mut self) {
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
        // The target is nobody's.
        self.released.retain(|(_, surface)| *surface > 0);
        self.released.sort_unstable();
    }

    /// The surfaces that nothing reads after a pass.
    pub fn released_after(&self, pass: usize) -> impl Iterator<Item = usize> {
        let first = self.released.partition_point(|r| (r.0 as usize) < pass);
        self.released[first..].iter().take_while(move |r| r.0 as usize == pass).map(|r| r.1 as usize)
    }
}

/// Makes frames; keeps its memory from one to the next.
pub struct Preparer {
    frame: Frame,
    spaces: Spaces,
    clips: ResolvedClips,
    out: Vec<Prim>,
    layers: Vec<OpenLayer>,
    /// For each layer of the list that is open, how many of `layers` are its.
    open: Vec<usize>,
    spare: Vec<Vec<Prim>>,
    /// What is painted: around the damage, or what a layer shows of that.
    cull: DeviceRect,
    /// What is collected in a layer: all that it would show if everything was painted.
    wide: Option<DeviceRect>,
    stop: ClipId,
    scale: f32,
    large_paths: LargePaths,
    /// Longest side of a surface, px.
    max_side: u32,
    /// Pixels of the frame's surfaces.
    spent: i64,
    /// Pixels of surfaces that primitives in `out` still read.
    waiting: i64,
    /// The target keeps what it holds.
    overlay: bool,
    /// For painters that pay for each pass.
    merger: Option<Merger>,
    /// Slots that the host has given the painter textures for.
    hosted: FxHashSet<u32>,
}

impl Default for Preparer {
    fn default() -> Self {
        Preparer::new(LargePaths::Masks, u32::MAX)
    }
}

/// An item's surroundings.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    pub space: Space,
    pub clip: usize,
    /// Pixels that the item may touch.
    pub limit: DeviceRect,
}

impl Preparer {
    /// One for a painter that draws large paths in this way, on surfaces of at most `max_side` px a side.
    pub fn new(large_paths: LargePaths, max_side: u32) -> Preparer {
        Preparer {
            frame: Frame::default(),
            spaces: Spaces::default(),
            clips: ResolvedClips::default(),
            out: Vec::new(),
            layers: Vec::new(),
            open: Vec::new(),
            spare: Vec::new(),
            cull: DeviceRect::default(),
            wide: None,
            stop: ClipId(0),
            scale: 1.0,
            large_paths,
            max_side,
            spent: 0,
            waiting: 0,
            overlay: false,
            merger: None,
            hosted: FxHashSet::default(),
        }
    }

    /// One for a painter that pays for each pass and each call: surfaces that lie beside each other become one.
    /// Primitives of layers then say where in it their surface begins.
    pub fn merging(self) -> Preparer {
        Preparer { merger: Some(Merger::default()), ..self }
    }

    /// One for lists that are drawn over what is there: they have no ground.
    pub fn overlay(large_paths: LargePaths, max_side: u32) -> Preparer {
        Preparer { overlay: true, ..Preparer::new(large_paths, max_side) }
    }

    /// The painter has a texture of the host's for a slot, or none any more. A slot that it has none for is shown by its
    /// bitmap.
    pub fn set_hosted(&mut self, slot: u32, has: bool) {
        match has {
            true => self.hosted.insert(slot),
            false => self.hosted.remove(&slot),
        };
    }

    /// The frame that was prepared last.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Prepares the damaged pixels of a target of `size` device px at `scale` device px per logical px.
    /// Damage are the pixels that may have another colour than in the last frame; it grows around backdrop filters
    /// that it touches.
    pub fn prepare(
        &mut self,
        list: &DisplayList,
        resources: &mut Resources<'_>,
        size: (u32, u32),
        scale: f32,
        damage: &[DeviceRect],
    ) -> &Frame {
        let target = DeviceRect::of_size(size.0, size.1);
        let scale = if scale.is_finite() && scale > 0.0 { scale } else { 1.0 };
        self.scale = scale;
        self.spaces.update(&list.tables, scale);
        self.clips.clear(list.tables.clips().len());
        self.out.clear();
        self.layers.clear();
        self.open.clear();
        self.stop = ClipId(0);
        self.wide = None;
        (self.spent, self.waiting) = (0, 0);
        let f = &mut self.frame;
        f.size = size;
        let b = list.background;
        f.background = [b.r, b.g, b.b, 255];
        f.prims.clear();
        f.data.clear();
        f.textures.clear();
        f.paths.clear();
        f.surfaces.clear();
        f.passes.clear();
        f.released.clear();
        f.flattened = 0;
        f.surfaces.push(Surface { rect: target, step: 1 });
        f.damage.clear();
        f.damage.extend(damage.iter().map(|r| r.intersect(&target)).filter(|r| !r.is_empty()));
        self.spread_damage(list, target);
        make_disjoint(&mut self.frame.damage);
        self.cull = self.frame.damage.iter().fold(DeviceRect::default(), |a, r| a.union(r));
        resources.glyphs.begin_frame();
        if self.cull.is_empty() {
            return &self.frame;
        }
        // Depth of layers that do not show; their items are passed over.
        let mut hidden = 0u32;
        for placed in &list.chunks {
            if !placed.chunk.extents.touch(&self.spaces, placed.origin, &self.area(), ROUNDING) {
                continue;
            }
            let origin = placed.origin;
            for item in &placed.chunk.items {
                match &item.kind {
                    ItemKind::PushLayer(_) if hidden > 0 => hidden += 1,
                    ItemKind::PopLayer if hidden > 0 => hidden -= 1,
                    ItemKind::PushLayer(layer) => {
                        if !self.open_layer(list, item, layer, origin) {
                            hidden = 1;
                        }
                    }
                    ItemKind::PopLayer => self.close_layer(),
                    _ if hidden > 0 => {}
                    _ => self.item(list, item, origin, resources),
                }
            }
        }
        while !self.layers.is_empty() {
            self.pop_layer();
        }
        self.flush(0);
        let pixels = self.target_pixels();
        if let Some(merger) = &mut self.merger {
            merger.merge(&mut self.frame, pixels, self.max_side);
        }
        self.frame.release();
        &self.frame
    }

    fn item(&mut self, list: &DisplayList, item: &Item, origin: super::Point, resources: &mut Resources<'_>) {
        let Some(ctx) = self.context(list, item) else { return };
        match &*item.shown(&list.tables) {
            ItemKind::Quad(q) => self.quad(&ctx, q, origin),
            ItemKind::Shadow(s) => self.shadow(&ctx, s, origin, resources),
            ItemKind::Glyphs(g) => self.glyphs(&ctx, g, origin, resources),
            ItemKind::Image(i) => self.image(&ctx, i, origin, resources),
            ItemKind::Path(p) => self.path(&ctx, p, origin, resources),
            ItemKind::PushLayer(_) | ItemKind::PopLayer => {}
        }
    }

    /// The item's space and clip; `None` if nothing of it can show.
    fn context(&mut self, list: &DisplayList, item: &Item) -> Option<Context> {
        let space = *self.spaces.get(item.spatial.0 as usize)?;
        space.to_logical?;
        let clip = self.clips.resolve(&list.tables, &self.spaces, &mut self.frame.data, item.clip, self.stop);
        let limit = self.clips.get(clip).bounds.intersect(&self.area());
        (!limit.is_empty()).then_some(Context { space, clip, limit })
    }

    /// The pixels that items are collected for.
    fn area(&self) -> DeviceRect {
        self.wide.unwrap_or(self.cull)
    }

    /// Adds a primitive, cut to its limit, with the clips that it needs.
    pub(crate) fn push(&mut self, ctx: &Context, mut prim: Prim) {
        let rect = prim.rect().intersect(&ctx.limit);
        if rect.is_empty() {
            return;
        }
        if self.layers.is_empty()
            && self.frame.damage.len() > 1
            && self.frame.damage.iter().all(|d| d.intersect(&rect).is_empty())
        {
            return;
        }
        prim.bounds = [rect.x0, rect.y0, rect.x1, rect.y1];
        prim.clip = self.clips.get(ctx.clip).needed_for(&rect);
        // An opaque rectangle over all that is painted hides everything before it.
        if self.layers.is_empty() && prim.hides(&self.cull) {
            self.out.clear();
        }
        self.out.push(prim);
    }

    /// The device pixels of a rectangle in a space, `outset` local px larger.
    pub(crate) fn device_bounds(ctx: &Context, rect: &Rect, outset: f32) -> DeviceRect {
        let r = ctx.space.to_device.bounds(rect);
        DeviceRect::enclosing(&r.outset(outset))
    }

    /// Moves what was collected into a pass over `surface`.
    fn flush(&mut self, surface: u32) {
        let start = self.frame.prims.len() as u32;
        self.frame.prims.append(&mut self.out);
        let ground = surface > 0 || !self.overlay;
        let clear =
            ground && !self.frame.passes.iter().any(|p| matches!(p, Pass::Draw { surface: s, .. } if *s == surface));
        let prims = start..self.frame.prims.len() as u32;
        self.frame.passes.push(Pass::Draw { surface, clear, prims });
    }
}

/// Merges rectangles until none overlap: a translucent primitive may be painted over a pixel only once.
fn make_disjoint(rects: &mut Vec<DeviceRect>) {
    let mut i = 0;
    while i < rects.len() {
        match (i + 1..rects.len()).find(|&j| !rects[i].intersect(&rects[j]).is_empty()) {
            Some(j) => {
                let other = rects.swap_remove(j);
                rects[i] = rects[i].union(&other);
                i = 0;
            }
            None => i += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_rectangles_become_disjoint() {
        let mut r = vec![
            DeviceRect::new(0, 0, 10, 10),
            DeviceRect::new(20, 0, 30, 10),
            DeviceRect::new(8, 8, 22, 12),
            DeviceRect::new(50, 50, 60, 60),
        ];
        make_disjoint(&mut r);
        assert_eq!(r, [DeviceRect::new(0, 0, 30, 12), DeviceRect::new(50, 50, 60, 60)]);
    }
}
