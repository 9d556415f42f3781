//! From a display list to primitives in device px: the half of painting that both painters share.
//!
//! One walk over the items resolves table rows, snaps edges, cuts by rectangular clips, culls what no damage
//! touches, rasterises missing masks and cuts layers into passes. What is left to a painter is to run the
//! passes. Because all geometry is computed here once, the painters differ in rounding only.
//!
//! | module | models |
//! | --- | --- |
//! | [`prim`] | primitives and the data table |
//! | `frame` | what is made: primitives, surfaces, steps |
//! | [`clip`] | resolved clips |
//! | [`filter`] | filter functions put together |
//! | [`layer`] | layers, and what their surfaces may take |
//! | `surface` | what is drawn apart, blurred, and put onto its surroundings |
//! | `kept` | layers whose pixels are kept from frame to frame |
//! | [`rings`] | borders of two rings: double ones, grooves and ridges |
//! | [`shapes`] | boxes: quads, borders, gradients, shadows |
//! | [`picture`] | images |
//! | `parts` | images that are larger than textures can be |
//! | `join` | how layers come together with their surroundings |
//! | `merge` | surfaces that are put together |
//! | `portions` | frames whose masks are more than there is room for |
//! | [`glyph`] | glyph runs and paths |

pub mod clip;
pub mod filter;
mod frame;
pub mod glyph;
mod join;
mod kept;
pub mod layer;
mod merge;
mod parts;
pub mod picture;
mod portions;
pub mod prim;
pub mod rings;
pub mod shapes;
mod surface;

pub use filter::filter_reach;
pub use frame::{Frame, FramePath, KeptSurface, LargePaths, Part, Pass, Surface, Texture};
pub use kept::LAYER_BUDGET;
pub(crate) use kept::weight;
pub(crate) use picture::shown_size;
pub use prim::{DataTable, Prim, PrimKind, Shape};

use super::extents::ROUNDING;
use super::geometry::{DeviceRect, Rect};
use super::list::{DisplayList, Item, ItemKind};
use super::space::{Space, Spaces};
use super::tables::ClipId;
use crate::glyphs::GlyphCache;
use crate::images::ImageStore;
use clip::ResolvedClips;
use kept::{KeptLayers, Work};
use layer::OpenLayer;
use merge::Merger;
use pellicle_layout::text::FontBook;
use portions::Portions;
use rustc_hash::FxHashSet;

/// What items refer to beyond the list.
pub struct Resources<'a> {
    /// Faces of glyph runs.
    pub fonts: &'a FontBook,
    /// Pixels of images.
    pub images: &'a ImageStore,
    /// Masks.
    pub glyphs: &'a mut GlyphCache,
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
    /// What drawing its layers takes.
    work: Work,
    kept: KeptLayers,
    portions: Portions,
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
            work: Work::default(),
            kept: KeptLayers::new(),
            portions: Portions::default(),
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

    /// Pixels of layers may be kept from the next frame on, and used in it: `layers` is what its list's layers are known
    /// by. A frame without that keeps none.
    pub fn keep_layers(&mut self, layers: &[u64]) {
        self.kept.expect(layers);
    }

    /// Sets how many bytes of layers are kept at most.
    pub fn set_layer_budget(&mut self, bytes: usize) {
        self.kept.set_budget(bytes);
    }

    /// Forgets the layers that are kept; the painter drops their pixels.
    pub fn forget_layers(&mut self) {
        self.kept.forget();
    }

    /// Layers that are kept, and their bytes.
    pub fn kept_layers(&self) -> (u32, usize) {
        self.kept.held()
    }

    /// Bytes of layers that are kept, or that there would be with what found no room in the last frame.
    pub fn wanted_layer_bytes(&self) -> usize {
        self.kept.wanted()
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
        self.work = Work::default();
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
        f.kept.clear();
        f.dropped.clear();
        f.hits = 0;
        f.surfaces.push(Surface { rect: target, step: 1 });
        f.damage.clear();
        f.damage.extend(damage.iter().map(|r| r.intersect(&target)).filter(|r| !r.is_empty()));
        self.spread_damage(list, target);
        make_disjoint(&mut self.frame.damage);
        self.cull = self.frame.damage.iter().fold(DeviceRect::default(), |a, r| a.union(r));
        resources.glyphs.begin_frame();
        if self.cull.is_empty() {
            self.kept.skip_frame();
            return &self.frame;
        }
        self.kept.begin_frame(size, scale, &mut self.frame);
        let mut layers = 0;
        // Depth of layers that do not show; their items are passed over.
        let mut hidden = 0u32;
        for placed in &list.chunks {
            if !placed.chunk.extents.touch(&self.spaces, placed.origin, &self.area(), ROUNDING) {
                continue;
            }
            let origin = placed.origin;
            for item in &placed.chunk.items {
                let number = layers;
                layers += usize::from(matches!(item.kind, ItemKind::PushLayer(_)));
                match &item.kind {
                    ItemKind::PushLayer(_) if hidden > 0 => hidden += 1,
                    ItemKind::PopLayer if hidden > 0 => hidden -= 1,
                    ItemKind::PushLayer(layer) => {
                        if !self.open_layer(list, item, layer, (origin, number)) {
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
        self.kept.end_frame(&mut self.frame);
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
