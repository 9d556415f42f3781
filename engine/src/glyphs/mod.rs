//! Coverage masks: glyphs, paths and blurred boxes, rasterised once and packed into pages.
//!
//! Both painters draw from the same pages, so a glyph has the same bytes in both. A mask is keyed by
//! everything its pixels depend on; glyphs by (font bytes, glyph, matrix with size, pen fraction). The pages
//! keep to a byte budget: when it is reached, the page that was used longest ago is emptied. A page used in
//! the current frame is never emptied; a frame that needs more gets more up to a limit ([`GlyphCache::set_most`]), and the
//! surplus goes when it has not been used for some frames. Past the limit masks find no room, which the cache tells: painters
//! draw such a frame in portions (`paint::prepare`). Glyphs that would fill pages by themselves are drawn as paths.
//!
//! | module | models |
//! | --- | --- |
//! | [`atlas`] | pages, shelves, change log |
//! | [`raster`] | outlines to coverage |
//! | `room` | pages within their budget |
//! | [`shadow`] | blurred rounded rectangles |
//! | [`shared`] | glyphs that several programs use |

pub mod atlas;
pub mod raster;
mod room;
pub mod shadow;
pub mod shared;

pub use atlas::{PAGE_SIZE, Page, PageCursor};
pub use raster::{GlyphShape, Mask, OUTLINE_EM, PathShape};
pub use shadow::{ShadowGeometry, ShadowKey};
pub use shared::{MaskFigures, MaskShare, SharedMasks};

use crate::paint::DeviceRect;
use crate::paint::path::{FillRule, LineCap, LineJoin, Path, Stroke};
use pellicle_layout::text::FaceData;
use pellicle_layout::text::font::FontBytes;
use room::MOST_BYTES;
use rustc_hash::FxHashMap;
use shared::{SharedFace, SharedKey};
use std::sync::Arc;
use swash::scale::ScaleContext;

/// A font file and face of the cache.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FontKey(u32);

/// A mask's place in a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placed {
    /// Page index, among the colour pages or the coverage pages.
    pub page: u16,
    /// In a page of premultiplied RGBA.
    pub color: bool,
    /// Column in the page.
    pub x: u16,
    /// Row in the page.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// Column of its left edge from the pen or origin, device px.
    pub left: i32,
    /// Row of its top edge likewise.
    pub top: i32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct GlyphKey {
    font: u32,
    glyph: u16,
    /// Pen fraction in quarters (x) and quarters (y), then bold and italic.
    bits: u16,
    matrix: [u32; 4],
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct PathKey {
    path: Arc<Path>,
    matrix: [u32; 6],
    stroke: Option<StrokeKey>,
    even_odd: bool,
    tile: (i32, i32),
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct StrokeKey {
    numbers: [u32; 3],
    cap: LineCap,
    join: LineJoin,
    dashes: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct OutlineKey {
    font: u32,
    glyph: u16,
    bold: bool,
    italic: bool,
}

/// What a lookup found out; an empty mask (a space) is remembered too.
type Entry = Option<Placed>;

/// All pages are used in the present frame.
struct Full;

/// The cache of masks.
pub struct GlyphCache {
    coverage: Vec<Page>,
    color: Vec<Page>,
    glyphs: FxHashMap<GlyphKey, Entry>,
    paths: FxHashMap<PathKey, Entry>,
    shadows: FxHashMap<ShadowKey, Entry>,
    /// Outlines of glyphs that are too large for masks.
    outlines: FxHashMap<OutlineKey, Option<Arc<Path>>>,
    /// Empty masks among the entries.
    empty: usize,
    /// By the place and the length of the bytes, and the index in the file.
    fonts: FxHashMap<(usize, usize, u32), FontKey>,
    /// The bytes of each, and what it is among the shared ones.
    faces: Vec<(FontBytes, Option<SharedFace>)>,
    shared: Option<MaskShare>,
    context: ScaleContext,
    frame: u64,
    budget: usize,
    /// Bytes of all pages at most.
    most: usize,
    /// A mask found no room in this frame.
    short: bool,
    /// None is made once one found no room.
    stops: bool,
    /// Room is spared: only what shows is placed.
    spares: bool,
    /// Bytes of masks that have been placed or passed over so far.
    handled: u64,
    /// Bytes that there would have been with masks that found no room since this was asked for; 0 if all did.
    refused: usize,
    rasterised: u64,
}

/// Empty masks that are remembered.
const MOST_EMPTY: usize = 1 << 14;
/// Outlines that are kept.
const MOST_OUTLINES: usize = 1024;

/// Where a mask is that fits in a page.
fn placed(mask: &Mask, page: usize, x: u32, y: u32) -> Placed {
    let Mask { left, top, width, height, color, .. } = *mask;
    let (x, y, width, height) = (x as u16, y as u16, width as u16, height as u16);
    Placed { page: page as u16, color, x, y, width, height, left, top }
}

impl GlyphCache {
    /// A cache that keeps to about `budget` bytes of pages (at least one page) and has 128 MB at most in a frame.
    pub fn new(budget: usize) -> GlyphCache {
        GlyphCache {
            coverage: Vec::new(),
            color: Vec::new(),
            glyphs: FxHashMap::default(),
            paths: FxHashMap::default(),
            shadows: FxHashMap::default(),
            outlines: FxHashMap::default(),
            empty: 0,
            fonts: FxHashMap::default(),
            faces: Vec::new(),
            shared: None,
            context: ScaleContext::with_max_entries(32),
            frame: 0,
            budget,
            most: MOST_BYTES,
            short: false,
            stops: false,
            spares: false,
            handled: 0,
            refused: 0,
            rasterised: 0,
        }
    }

    /// Takes glyphs from those that programs share, and gives them its own. It has drawn nothing yet.
    pub fn sharing(self, shared: &Arc<SharedMasks>) -> GlyphCache {
        GlyphCache { shared: Some(shared.join()), ..self }
    }

    /// What it has of the shared masks.
    pub fn shared_figures(&self) -> MaskFigures {
        self.shared.as_ref().map(MaskShare::figures).unwrap_or_default()
    }

    /// Starts a frame: pages not used from now on may be emptied.
    pub fn begin_frame(&mut self) {
        self.frame += 1;
        if self.begins_empty() {
            // Either kind of pages begins anew, so that none keeps the other one out.
            self.clear_pages();
        }
        self.short = false;
        self.drop_idle();
    }

    /// True if the next frame begins without pages: there are none, the last frame found too little room, or there are
    /// more than there may be.
    pub fn begins_empty(&self) -> bool {
        self.short || self.bytes() == 0 || self.bytes() > self.most
    }

    /// True if a mask found no room since the frame began.
    pub fn is_short(&self) -> bool {
        self.short
    }

    /// Makes no more masks in a frame once one has found no room, or does: what would be drawn without some of them is not
    /// going to be drawn.
    pub fn stop_when_short(&mut self, stops: bool) {
        self.stops = stops;
    }

    /// Spares room: masks of which nothing is going to be drawn, as those that layers are measured by, are made and not
    /// kept. That is more work where one is met again.
    pub fn spare_room(&mut self, spares: bool) {
        self.spares = spares;
    }

    /// Bytes of masks that have been placed in pages so far, or, where room was spared, passed over.
    pub fn handled(&self) -> u64 {
        self.handled
    }

    /// Pages of coverage.
    pub fn coverage_pages(&self) -> &[Page] {
        &self.coverage
    }

    /// Pages of premultiplied RGBA.
    pub fn color_pages(&self) -> &[Page] {
        &self.color
    }

    /// Masks rasterised so far, without those that were taken from the shared ones.
    pub fn rasterised(&self) -> u64 {
        self.rasterised
    }

    /// The key of a face. Books that share the bytes share the masks.
    pub fn font(&mut self, face: &FaceData) -> FontKey {
        let bytes = face.bytes();
        let GlyphCache { fonts, faces, shared, .. } = self;
        *fonts.entry((bytes.as_ptr() as usize, bytes.len(), face.index)).or_insert_with(|| {
            // The cache holds on to the bytes, so their address never stands for other bytes.
            faces.push((face.data.clone(), shared.as_ref().and_then(|shared| shared.face(face))));
            FontKey(faces.len() as u32 - 1)
        })
    }

    /// A glyph's mask; `None` if it has no pixels. The pen fraction is rounded to quarters. Where room is
    /// spared, a mask without any of the pixels `shown`, from the pen, has its size and no place.
    pub fn glyph(
        &mut self,
        font: FontKey,
        face: &FaceData,
        glyph: u16,
        shape: &GlyphShape,
        shown: &DeviceRect,
    ) -> Option<Placed> {
        let quarter = |v: f32| ((v * 4.0) as i32).clamp(0, 3) as u16;
        let (qx, qy) = (quarter(shape.offset.0), quarter(shape.offset.1));
        let bits = qx | qy << 2 | u16::from(shape.bold) << 4 | u16::from(shape.italic) << 5;
        let matrix = shape.matrix.map(f32::to_bits);
        let key = GlyphKey { font: font.0, glyph, bits, matrix };
        if let Some(&entry) = self.glyphs.get(&key) {
            self.touch(entry);
            return entry;
        }
        if self.is_over() {
            return None;
        }
        let offset = (f32::from(qx) * 0.25, f32::from(qy) * 0.25);
        let shape = GlyphShape { offset, ..*shape };
        let of_all = self.faces.get(font.0 as usize).and_then(|(_, of_all)| *of_all);
        let entry = match (&self.shared, of_all) {
            (Some(shared), Some(of_all)) => {
                let key = SharedKey { face: of_all, glyph, bits, matrix };
                let mask = shared.get(&key).unwrap_or_else(|| {
                    self.rasterised += 1;
                    let mask = raster::glyph(&mut self.context, face, glyph, &shape).map(Arc::new);
                    shared.put(key, mask.clone());
                    mask
                });
                if let Some(passed) = self.pass_over(mask.as_deref(), shown) {
                    return Some(passed);
                }
                self.place(mask.as_deref())
            }
            _ => {
                self.rasterised += 1;
                let mask = raster::glyph(&mut self.context, face, glyph, &shape);
                if let Some(passed) = self.pass_over(mask.as_ref(), shown) {
                    return Some(passed);
                }
                self.place(mask.as_ref())
            }
        };
        let entry = entry.ok()?;
        self.glyphs.insert(key, entry);
        entry
    }

    /// A glyph's outline, [`OUTLINE_EM`] to the em, y down; `None` if it has none or is a coloured picture.
    pub fn outline(
        &mut self,
        font: FontKey,
        face: &FaceData,
        glyph: u16,
        bold: bool,
        italic: bool,
    ) -> Option<Arc<Path>> {
        let key = OutlineKey { font: font.0, glyph, bold, italic };
        if let Some(known) = self.outlines.get(&key) {
            return known.clone();
        }
        if self.outlines.len() >= MOST_OUTLINES {
            self.outlines.clear();
        }
        let outline = raster::glyph_outline(&mut self.context, face, glyph, bold, italic).map(Arc::new);
        self.outlines.insert(key, outline.clone());
        outline
    }

    /// One tile of a path's mask: the pixels from `tile`, at most [`PAGE_SIZE`] each way. `shown` as for glyphs, from the
    /// origin.
    pub fn path(
        &mut self,
        path: &Arc<Path>,
        shape: &PathShape<'_>,
        tile: (i32, i32),
        size: (u32, u32),
        shown: &DeviceRect,
    ) -> Option<Placed> {
        let stroke = shape.stroke.map(|s: &Stroke| StrokeKey {
            numbers: [s.width.to_bits(), s.miter_limit.to_bits(), s.dash_offset.to_bits()],
            cap: s.cap,
            join: s.join,
            dashes: s.dashes.iter().map(|d| d.to_bits()).collect(),
        });
        let even_odd = shape.rule == FillRule::EvenOdd;
        let key = PathKey { path: path.clone(), matrix: shape.matrix.map(f32::to_bits), stroke, even_odd, tile };
        if let Some(&entry) = self.paths.get(&key) {
            self.touch(entry);
            return entry;
        }
        if self.is_over() {
            return None;
        }
        self.rasterised += 1;
        let mask = shape.render(tile.0, tile.1, size.0, size.1);
        if let Some(passed) = self.pass_over(mask.as_ref(), shown) {
            return Some(passed);
        }
        let entry = self.place(mask.as_ref()).ok()?;
        self.paths.insert(key, entry);
        entry
    }

    /// The mask of a blurred box.
    pub fn shadow(&mut self, geometry: &ShadowGeometry) -> Option<Placed> {
        if let Some(&entry) = self.shadows.get(&geometry.key) {
            self.touch(entry);
            return entry;
        }
        if self.is_over() {
            return None;
        }
        let (width, height) = (geometry.width, geometry.height);
        let fits = width <= PAGE_SIZE && height <= PAGE_SIZE;
        let mask = fits.then(|| Mask { left: 0, top: 0, width, height, color: false, bytes: geometry.render() });
        self.rasterised += 1;
        let entry = self.place(mask.as_ref()).ok()?;
        self.shadows.insert(geometry.key, entry);
        entry
    }

    /// A mask that is not worth its room: its size, without a place.
    fn pass_over(&mut self, mask: Option<&Mask>, shown: &DeviceRect) -> Entry {
        let mask = mask.filter(|mask| self.spares && mask.fits() && !mask.touches(shown))?;
        self.handled += mask.bytes.len() as u64;
        Some(placed(mask, 0, 0, 0))
    }

    /// No more masks are made in this frame.
    fn is_over(&self) -> bool {
        self.short && self.stops
    }

    fn touch(&mut self, entry: Entry) {
        if let Some(p) = entry {
            let pages = if p.color { &mut self.color } else { &mut self.coverage };
            if let Some(page) = pages.get_mut(p.page as usize) {
                page.used = self.frame;
            }
        }
    }

    /// Finds a mask its place in a page: what is to be remembered of it. [`Full`] is not.
    fn place(&mut self, mask: Option<&Mask>) -> Result<Entry, Full> {
        let Some(mask) = mask.filter(|mask| mask.fits()) else {
            self.empty += 1;
            if self.empty > MOST_EMPTY {
                self.empty = 1;
                self.glyphs.retain(|_, e| e.is_some());
                self.paths.retain(|_, e| e.is_some());
                self.shadows.retain(|_, e| e.is_some());
            }
            return Ok(None);
        };
        let (width, height) = (mask.width, mask.height);
        let Some((page, x, y)) = self.allocate(mask.color, width, height) else {
            self.short = true;
            return Err(Full);
        };
        let pages = if mask.color { &mut self.color } else { &mut self.coverage };
        pages[page].write(x, y, width, height, &mask.bytes);
        self.handled += mask.bytes.len() as u64;
        Ok(Some(placed(mask, page, x, y)))
    }
}

#[cfg(test)]
mod tests;
