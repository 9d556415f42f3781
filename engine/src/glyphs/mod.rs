//! Coverage masks: glyphs, paths and blurred boxes, rasterised once and packed into pages.
//!
//! Both painters draw from the same pages, so a glyph has the same bytes in both. A mask is keyed by
//! everything its pixels depend on; glyphs by (font bytes, glyph, matrix with size, pen fraction). The pages
//! keep to a byte budget: when it is reached, the page that was used longest ago is emptied. A page used in
//! the current frame is never emptied; a frame that needs more gets more up to a limit, and the surplus goes at
//! the next. Glyphs that would fill pages by themselves are drawn as paths.
//!
//! | module | models |
//! | --- | --- |
//! | [`atlas`] | pages, shelves, change log |
//! | [`raster`] | outlines to coverage |
//! | [`shadow`] | blurred rounded rectangles |
//! | [`shared`] | glyphs that several programs use |

pub mod atlas;
pub mod raster;
pub mod shadow;
pub mod shared;

pub use atlas::{PAGE_SIZE, Page, PageCursor};
pub use raster::{GlyphShape, Mask, OUTLINE_EM, PathShape};
pub use shadow::{ShadowGeometry, ShadowKey};
pub use shared::{MaskFigures, MaskShare, SharedMasks};

use crate::paint::path::{FillRule, LineCap, LineJoin, Path, Stroke};
use pellicle_layout::text::FaceData;
use pellicle_layout::text::font::FontBytes;
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
    rasterised: u64,
}

/// Most pages of coverage in a frame.
const MOST_COVERAGE: usize = 64;
/// Most pages of colours in a frame.
const MOST_COLOR: usize = 16;
/// Empty masks that are remembered.
const MOST_EMPTY: usize = 1 << 14;
/// Outlines that are kept.
const MOST_OUTLINES: usize = 1024;

/// Bytes of a coverage page.
const COVERAGE_BYTES: usize = (PAGE_SIZE * PAGE_SIZE) as usize;

impl GlyphCache {
    /// A cache that keeps to about `budget` bytes of pages (at least one page).
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
    }

    /// Pages of coverage.
    pub fn coverage_pages(&self) -> &[Page] {
        &self.coverage
    }

    /// Pages of premultiplied RGBA.
    pub fn color_pages(&self) -> &[Page] {
        &self.color
    }

    /// Bytes of all pages.
    pub fn bytes(&self) -> usize {
        self.coverage.len() * COVERAGE_BYTES + self.color.len() * 4 * COVERAGE_BYTES
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

    /// A glyph's mask; `None` if it has no pixels. The pen fraction is rounded to quarters.
    pub fn glyph(&mut self, font: FontKey, face: &FaceData, glyph: u16, shape: &GlyphShape) -> Option<Placed> {
        let quarter = |v: f32| ((v * 4.0) as i32).clamp(0, 3) as u16;
        let (qx, qy) = (quarter(shape.offset.0), quarter(shape.offset.1));
        let bits = qx | qy << 2 | u16::from(shape.bold) << 4 | u16::from(shape.italic) << 5;
        let matrix = shape.matrix.map(f32::to_bits);
        let key = GlyphKey { font: font.0, glyph, bits, matrix };
        if let Some(&entry) = self.glyphs.get(&key) {
            self.touch(entry);
            return entry;
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
                self.place(mask.as_deref())
            }
            _ => {
                self.rasterised += 1;
                let mask = raster::glyph(&mut self.context, face, glyph, &shape);
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

    /// One tile of a path's mask: the pixels from `tile`, at most [`PAGE_SIZE`] each way.
    pub fn path(
        &mut self,
        path: &Arc<Path>,
        shape: &PathShape<'_>,
        tile: (i32, i32),
        size: (u32, u32),
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
        self.rasterised += 1;
        let entry = self.place(shape.render(tile.0, tile.1, size.0, size.1).as_ref()).ok()?;
        self.paths.insert(key, entry);
        entry
    }

    /// The mask of a blurred box.
    pub fn shadow(&mut self, geometry: &ShadowGeometry) -> Option<Placed> {
        if let Some(&entry) = self.shadows.get(&geometry.key) {
            self.touch(entry);
            return entry;
        }
        let (width, height) = (geometry.width, geometry.height);
        let fits = width <= PAGE_SIZE && height <= PAGE_SIZE;
        let mask = fits.then(|| Mask { left: 0, top: 0, width, height, color: false, bytes: geometry.render() });
        self.rasterised += 1;
        let entry = self.place(mask.as_ref()).ok()?;
        self.shadows.insert(geometry.key, entry);
        entry
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
        let fits = |m: &&Mask| (1..=PAGE_SIZE).contains(&m.width) && (1..=PAGE_SIZE).contains(&m.height);
        let Some(mask) = mask.filter(fits) else {
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
        let (page, x, y) = self.allocate(mask.color, width, height).ok_or(Full)?;
        let pages = if mask.color { &mut self.color } else { &mut self.coverage };
        pages[page].write(x, y, width, height, &mask.bytes);
        Ok(Some(Placed {
            page: page as u16,
            color: mask.color,
            x: x as u16,
            y: y as u16,
            width: width as u16,
            height: height as u16,
            left: mask.left,
            top: mask.top,
        }))
    }

    fn allocate(&mut self, color: bool, width: u32, height: u32) -> Option<(usize, u32, u32)> {
        let frame = self.frame;
        let pages = if color { &mut self.color } else { &mut self.coverage };
        for (i, page) in pages.iter_mut().enumerate() {
            if let Some((x, y)) = page.allocate(width, height) {
                page.used = frame;
                return Some((i, x, y));
            }
        }
        let channels = if color { 4 } else { 1 };
        let oldest =
            pages.iter().enumerate().filter(|(_, p)| p.used < frame).min_by_key(|(_, p)| p.used).map(|(i, _)| i);
        let over = self.bytes() + channels * COVERAGE_BYTES > self.budget;
        let pages = if color { &mut self.color } else { &mut self.coverage };
        let index = match oldest {
            Some(i) if over => {
                pages[i].reset();
                self.forget(color, i as u16);
                i
            }
            _ if pages.len() >= if color { MOST_COLOR } else { MOST_COVERAGE } => return None,
            _ => {
                pages.push(Page::new(channels));
                pages.len() - 1
            }
        };
        let pages = if color { &mut self.color } else { &mut self.coverage };
        let (x, y) = pages[index].allocate(width, height)?;
        pages[index].used = frame;
        Some((index, x, y))
    }

    fn forget(&mut self, color: bool, page: u16) {
        let stays = |e: &Entry| e.is_none_or(|p| p.color != color || p.page != page);
        self.glyphs.retain(|_, e| stays(e));
        self.paths.retain(|_, e| stays(e));
        self.shadows.retain(|_, e| stays(e));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(cache: &mut GlyphCache, n: i32) -> Option<Placed> {
        let side = 500.0;
        let path = Arc::new(Path::builder().polygon(&[(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)]).finish());
        let m = [1.0, 0.0, 0.0, 1.0, n as f32 / 64.0, 0.0];
        let shape = PathShape { path: &path, matrix: m, stroke: None, rule: FillRule::NonZero };
        cache.path(&path, &shape, (0, 0), (512, 512))
    }

    #[test]
    fn the_budget_holds_over_frames_and_grows_only_within_one() {
        let mut cache = GlyphCache::new(2 * COVERAGE_BYTES);
        for n in 0..40 {
            cache.begin_frame();
            assert!(square(&mut cache, n).is_some());
            assert!(cache.bytes() <= 2 * COVERAGE_BYTES);
        }
        cache.begin_frame();
        let placed: Vec<_> = (100..112).map(|n| square(&mut cache, n).unwrap()).collect();
        for (i, a) in placed.iter().enumerate() {
            assert!(placed[..i].iter().all(|b| (a.page, a.x, a.y) != (b.page, b.x, b.y)));
        }
    }

    #[test]
    fn a_frame_that_needs_too_many_pages_goes_without_and_the_next_one_does_not() {
        let mut cache = GlyphCache::new(COVERAGE_BYTES);
        cache.begin_frame();
        let placed = (0..400).filter(|n| square(&mut cache, *n).is_some()).count();
        assert_eq!((placed, cache.coverage_pages().len()), (4 * MOST_COVERAGE, MOST_COVERAGE));
        cache.begin_frame();
        assert!(square(&mut cache, 399).is_some());
    }

    #[test]
    fn masks_without_pixels_are_forgotten_in_time() {
        let mut cache = GlyphCache::new(COVERAGE_BYTES);
        let nothing = Arc::new(Path::builder().finish());
        for n in 0..2 * MOST_EMPTY {
            let matrix = [1.0, 0.0, 0.0, 1.0, n as f32, 0.0];
            let shape = PathShape { path: &nothing, matrix, stroke: None, rule: FillRule::NonZero };
            assert!(cache.path(&nothing, &shape, (0, 0), (0, 0)).is_none());
            assert!(cache.paths.len() <= MOST_EMPTY + 1);
        }
    }

    #[test]
    fn a_path_is_rasterised_once() {
        let mut cache = GlyphCache::new(COVERAGE_BYTES);
        cache.begin_frame();
        let a = square(&mut cache, 0);
        assert_eq!(square(&mut cache, 0), a);
        assert_eq!(cache.rasterised(), 1);
        let page = &cache.coverage_pages()[0];
        let p = a.unwrap();
        let at = |x: usize, y: usize| page.pixels()[(p.y as usize + y) * page.stride() + p.x as usize + x];
        assert_eq!((at(0, 0), at(250, 250), at(499, 499), at(500, 10)), (255, 255, 255, 0));
    }
}
