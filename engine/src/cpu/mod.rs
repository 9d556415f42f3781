//! The CPU painter: the reference, the default where there is no real GPU, and bit-exact everywhere.
//!
//! It runs the passes of a prepared [`Frame`]. Rows are cut into bands that threads take from a queue; a
//! pixel's value depends on the frame alone, never on bands or threads. Colours are premultiplied bytes,
//! blending is in whole numbers, and the few numbers with fractions use IEEE operations only (no fused
//! multiply-add, no library functions), so the same list gives the same bytes on every machine.
//!
//! | module | models |
//! | --- | --- |
//! | [`blend`] | pixels over pixels |
//! | `pool` | threads |
//! | `band` | work cut into bands for threads |
//! | `shape` | coverage of shapes along a row |
//! | `corner` | what round corners cover, row by row |
//! | `whole` | boxes on whole pixels |
//! | `quad` | all other boxes, borders, dashes |
//! | `fill` | gradients |
//! | `image` | images |
//! | `mask` | glyphs, paths |
//! | `shadow` | shadows |
//! | `layer` | compositing, blur |
//! | `modes` | blend modes |

mod band;
pub mod blend;
mod corner;
mod fill;
mod image;
pub(crate) mod layer;
mod mask;
pub mod modes;
mod pool;
mod quad;
mod shadow;
mod shape;
mod whole;

pub use layer::kernel;

use crate::glyphs::GlyphCache;
use crate::paint::geometry::DeviceRect;
use crate::paint::list::DisplayList;
use crate::paint::prepare::{Frame, LargePaths, Pass, Preparer, Prim, PrimKind, Resources};
use band::Bins;
use corner::Corners;
use image::Lines;
use pool::Workers;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use whole::Levels;

/// The order of a pixel's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PixelOrder {
    /// Red, green, blue, alpha.
    #[default]
    Rgba,
    /// Blue, green, red, alpha: what windows take on little-endian machines.
    Bgra,
}

impl PixelOrder {
    /// RGBA bytes in this order.
    #[inline(always)]
    pub fn arrange<T: Copy>(self, c: [T; 4]) -> [T; 4] {
        match self {
            PixelOrder::Rgba => c,
            PixelOrder::Bgra => [c[2], c[1], c[0], c[3]],
        }
    }
}

/// The pixels that are painted into: premultiplied, opaque where the list's background is.
pub struct Target<'a> {
    /// Rows of `stride` bytes.
    pub pixels: &'a mut [u8],
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Bytes from one row to the next, at least `4 * width`.
    pub stride: usize,
    /// Order of a pixel's bytes.
    pub order: PixelOrder,
}

/// A layer's pixels.
#[derive(Default)]
pub(crate) struct Buffer {
    pub pixels: Vec<u8>,
    pub width: u32,
}

impl Buffer {
    /// One row's bytes.
    pub fn row(&self, y: usize) -> &[u8] {
        let n = self.width as usize * 4;
        self.pixels.get(y * n..(y + 1) * n).unwrap_or(&[])
    }

    /// Number of rows.
    pub fn height(&self) -> u32 {
        if self.width == 0 { 0 } else { (self.pixels.len() / (self.width as usize * 4)) as u32 }
    }
}

/// What primitives read while they are painted.
pub(crate) struct Scene<'a> {
    pub frame: &'a Frame,
    pub glyphs: &'a GlyphCache,
    pub surfaces: &'a [Buffer],
    pub order: PixelOrder,
}

/// Rows that are being painted.
pub(crate) struct Rows<'a> {
    pub pixels: &'a mut [u8],
    pub stride: usize,
    /// Device pixel of the first byte.
    pub x0: i32,
    pub y0: i32,
}

impl Rows<'_> {
    /// The bytes of pixels `x0..x1` of device row `y`.
    #[inline]
    pub fn span(&mut self, y: i32, x0: i32, x1: i32) -> &mut [u8] {
        let start = (y - self.y0) as usize * self.stride + (x0 - self.x0) as usize * 4;
        &mut self.pixels[start..start + (x1 - x0) as usize * 4]
    }
}

/// The painter. It keeps its memory from frame to frame.
pub struct CpuPainter {
    preparer: Preparer,
    /// By surface of the frame; only what is drawn and still to be read has pixels.
    surfaces: Vec<Buffer>,
    /// Memory of surfaces that are not read any more.
    spare: Vec<Vec<u8>>,
    /// Pixels that are kept from frame to frame, by what frames know them by.
    kept: Vec<Buffer>,
    /// The order of their bytes.
    order: PixelOrder,
    bins: Bins,
    workers: Workers,
    done: Done,
}

/// What a frame took.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PaintStats {
    /// Primitives that were drawn, once for each band of rows that they touch.
    pub prims: u64,
    /// Pixels of those, as far as they lie in what is painted.
    pub pixels: u64,
}

#[derive(Default)]
struct Done {
    prims: AtomicU64,
    pixels: AtomicU64,
}

/// Memory that a thread keeps from primitive to primitive.
#[derive(Default)]
pub(crate) struct Scratch {
    /// A row of pixels.
    row: Vec<u8>,
    corners: Corners,
    levels: Levels,
    /// Levels of a row of what throws a shadow, and of the shadow.
    shadow: [Vec<u8>; 2],
    lines: Lines,
}

impl Default for CpuPainter {
    fn default() -> Self {
        CpuPainter::new(std::thread::available_parallelism().map_or(1, usize::from).min(8))
    }
}

impl CpuPainter {
    /// A painter that uses up to `threads` threads, the caller's included.
    pub fn new(threads: usize) -> CpuPainter {
        CpuPainter {
            preparer: Preparer::default(),
            surfaces: Vec::new(),
            spare: Vec::new(),
            kept: Vec::new(),
            order: PixelOrder::default(),
            bins: Bins::default(),
            workers: Workers::new(threads),
            done: Done::default(),
        }
    }

    /// A painter of lists that are drawn over what is there.
    pub fn overlay() -> CpuPainter {
        CpuPainter { preparer: Preparer::overlay(LargePaths::Masks, u32::MAX), ..CpuPainter::new(1) }
    }

    /// Pixels of layers may be kept from the next frame on, and used in it: `layers` is what its list's layers are known
    /// by ([`crate::paint::damage::DamageTracker::layers`]). A frame without that keeps none.
    pub fn keep_layers(&mut self, layers: &[u64]) {
        self.preparer.keep_layers(layers);
    }

    /// Sets how many bytes of layers are kept at most; what is over them goes with the next frame that draws anything.
    pub fn set_layer_budget(&mut self, bytes: usize) {
        self.preparer.set_layer_budget(bytes);
    }

    /// Layers that are kept, and their bytes.
    pub fn kept_layers(&self) -> (u32, usize) {
        self.preparer.kept_layers()
    }

    /// Bytes of layers that are kept, or that there would be with what found no room in the last frame.
    pub fn wanted_layer_bytes(&self) -> usize {
        self.preparer.wanted_layer_bytes()
    }

    /// Drops what layers have left: those that are kept, and the memory of others.
    pub fn drop_layers(&mut self) {
        self.preparer.forget_layers();
        self.kept = Vec::new();
        self.spare = Vec::new();
    }

    /// Paints the damaged pixels of `list` at `scale` device px per logical px and returns the rectangles
    /// that were painted (damage grown by what filters spread). Pixels outside of them stay as they are.
    /// Does nothing if the target is smaller than its sizes say.
    pub fn paint(
        &mut self,
        list: &DisplayList,
        resources: &mut Resources<'_>,
        target: &mut Target<'_>,
        scale: f32,
        damage: &[DeviceRect],
    ) -> &[DeviceRect] {
        let row = target.width as usize * 4;
        let needed = (target.height as usize).saturating_sub(1).saturating_mul(target.stride).saturating_add(row);
        if target.stride < row || target.pixels.len() < needed {
            self.preparer.keep_layers(&[]);
            return &[];
        }
        if std::mem::replace(&mut self.order, target.order) != target.order {
            self.drop_layers();
        }
        self.done = Done::default();
        let size = (target.width, target.height);
        if self.preparer.prepare_or_cut(list, resources, (size, scale), damage) {
            self.drop_layers();
            while self.preparer.next_portion(list, resources, (size, scale)) {
                self.run(resources.glyphs, target);
            }
        } else {
            self.run(resources.glyphs, target);
        }
        &self.preparer.frame().damage
    }

    /// The frame that was painted last.
    pub fn frame(&self) -> &Frame {
        self.preparer.frame()
    }

    /// What the last frame took.
    pub fn stats(&self) -> PaintStats {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        PaintStats { prims: of(&self.done.prims), pixels: of(&self.done.pixels) }
    }

    fn run(&mut self, glyphs: &GlyphCache, target: &mut Target<'_>) {
        let frame = self.preparer.frame();
        let workers = &self.workers;
        let order = target.order;
        self.surfaces.clear();
        self.surfaces.resize_with(frame.surfaces.len(), Buffer::default);
        for id in &frame.dropped {
            if let Some(buffer) = self.kept.get_mut(*id as usize) {
                self.spare.push(std::mem::take(buffer).pixels);
            }
        }
        for kept in &frame.kept {
            if self.kept.len() <= kept.id as usize {
                self.kept.resize_with(kept.id as usize + 1, Buffer::default);
            }
            if !kept.fresh {
                self.surfaces[kept.surface as usize] = std::mem::take(&mut self.kept[kept.id as usize]);
            }
        }
        for (index, pass) in frame.passes.iter().enumerate() {
            match pass {
                Pass::Draw { surface: 0, clear, prims } => {
                    let scene = Scene { frame, glyphs, surfaces: &self.surfaces, order };
                    let prims = &frame.prims[prims.start as usize..prims.end as usize];
                    let back = clear.then(|| order.arrange(frame.background));
                    let whole = DeviceRect::of_size(target.width, target.height);
                    let (stride, regions) = (target.stride, &frame.damage[..]);
                    let out = Out { pixels: &mut *target.pixels, stride, rect: whole, regions, back };
                    let means = Means { bins: &mut self.bins, workers, done: &self.done };
                    draw(&scene, out, prims, means);
                }
                Pass::Draw { surface, clear, prims } => {
                    let to = *surface as usize;
                    let rect = frame.surfaces[to].rect;
                    let mut own = take(&mut self.surfaces, &mut self.spare, frame, *surface);
                    let scene = Scene { frame, glyphs, surfaces: &self.surfaces, order };
                    let prims = &frame.prims[prims.start as usize..prims.end as usize];
                    if *clear {
                        own.pixels.fill(0);
                    }
                    let stride = own.width as usize * 4;
                    let out = Out { pixels: &mut own.pixels, stride, rect, regions: &[rect], back: None };
                    let means = Means { bins: &mut self.bins, workers, done: &self.done };
                    draw(&scene, out, prims, means);
                    self.surfaces[to] = own;
                }
                // Large paths are masks here.
                Pass::Mesh { .. } => {}
                Pass::Copy { from, to } => {
                    let (a, b) = (frame.surfaces[*from as usize].rect, frame.surfaces[*to as usize].rect);
                    let mut own = take(&mut self.surfaces, &mut self.spare, frame, *to);
                    let source: (&[u8], usize) = match *from {
                        0 => (&*target.pixels, target.stride),
                        i => (&self.surfaces[i as usize].pixels, self.surfaces[i as usize].width as usize * 4),
                    };
                    layer::copy(source, a, &mut own, b);
                    self.surfaces[*to as usize] = own;
                }
                Pass::Blend { from, under, to, mode } => {
                    let mut own = take(&mut self.surfaces, &mut self.spare, frame, *to);
                    let (source, below) = (&self.surfaces[*from as usize], &self.surfaces[*under as usize]);
                    modes::blend(source, below, &mut own, *mode, order, workers);
                    self.surfaces[*to as usize] = own;
                }
                Pass::Blur { from, to, sigma, extend } => {
                    let step = frame.surfaces[*to as usize].step;
                    let mut own = take(&mut self.surfaces, &mut self.spare, frame, *to);
                    layer::blur(&self.surfaces[*from as usize], &mut own, step, *sigma, *extend, workers);
                    self.surfaces[*to as usize] = own;
                }
            }
            for surface in frame.released_after(index) {
                let pixels = std::mem::take(&mut self.surfaces[surface]).pixels;
                if pixels.capacity() > 0 {
                    self.spare.push(pixels);
                }
            }
        }
        for kept in &frame.kept {
            self.kept[kept.id as usize] = std::mem::take(&mut self.surfaces[kept.surface as usize]);
        }
        // Layers come and go; memory for more than a few times the target is given back.
        let kept: usize = self.spare.iter().map(Vec::capacity).sum();
        if kept > 8 * target.pixels.len().max(1 << 20) {
            self.spare.clear();
        }
    }
}

/// A surface's pixels, taken out to be drawn into; at first in memory that another surface has left.
fn take(surfaces: &mut [Buffer], spare: &mut Vec<Vec<u8>>, frame: &Frame, surface: u32) -> Buffer {
    let mut own = std::mem::take(&mut surfaces[surface as usize]);
    if own.width == 0 {
        let (width, height) = frame.surfaces[surface as usize].texels();
        let bytes = width as usize * height as usize * 4;
        // What is kept holds no more than it needs.
        let most = if frame.kept.iter().any(|k| k.surface == surface) { bytes + bytes / 8 } else { usize::MAX };
        // The least that is enough, else the most that there is.
        let fit = (0..spare.len()).filter(|i| spare[*i].capacity() <= most).min_by_key(|&i| {
            let room = spare[i].capacity();
            if room >= bytes { (false, room) } else { (true, usize::MAX - room) }
        });
        own.pixels = fit.map(|i| spare.swap_remove(i)).unwrap_or_default();
        own.pixels.resize(bytes, 0);
        own.width = width;
    }
    own
}

/// Where a pass draws.
struct Out<'a> {
    pixels: &'a mut [u8],
    stride: usize,
    /// Its first byte is this rectangle's first pixel.
    rect: DeviceRect,
    /// What is drawn of it: rectangles that do not overlap.
    regions: &'a [DeviceRect],
    /// What it is filled with first.
    back: Option<[u8; 4]>,
}

/// What threads work with.
struct Means<'a> {
    bins: &'a mut Bins,
    workers: &'a Workers,
    done: &'a Done,
}

fn draw(scene: &Scene<'_>, out: Out<'_>, prims: &[Prim], means: Means<'_>) {
    let Out { pixels, stride, rect, regions, back } = out;
    let all = regions.iter().fold(DeviceRect::default(), |a, r| a.union(&r.intersect(&rect)));
    if all.is_empty() {
        return;
    }
    let first = (all.y0 - rect.y0) as usize * stride;
    let end = (first + all.height() as usize * stride).min(pixels.len());
    means.bins.sort(prims, &all);
    let (bins, done) = (&*means.bins, means.done);
    band::run_on(&mut pixels[first..end], stride, bins.is_much().then_some(means.workers), |row, slice| {
        let y0 = all.y0 + row as i32;
        let count = slice.len().div_ceil(stride) as i32;
        let mut rows = Rows { pixels: slice, stride, x0: rect.x0, y0 };
        let mut scratch = SCRATCH.take().unwrap_or_default();
        let (mut drawn, mut painted) = (0, 0);
        for region in regions {
            let region = region.intersect(&DeviceRect::new(rect.x0, y0, rect.x1, y0 + count));
            if region.is_empty() {
                continue;
            }
            let mut shown = bins.band(row);
            // What is opaque all over hides what lies below it.
            let hides = |i: &u32| prims[*i as usize].hides(&region);
            match shown.iter().rposition(hides) {
                Some(top) => shown = &shown[top..],
                None => {
                    if let Some(back) = back {
                        (region.y0..region.y1).for_each(|y| blend::fill(rows.span(y, region.x0, region.x1), back));
                    }
                }
            }
            for prim in shown.iter().map(|i| &prims[*i as usize]) {
                let area = prim.rect().intersect(&region);
                if !area.is_empty() {
                    scratch.corners.trim();
                    paint_prim(scene, prim, &area, &mut rows, &mut scratch);
                    drawn += 1;
                    painted += area.area() as u64;
                }
            }
        }
        SCRATCH.set(Some(scratch));
        done.prims.fetch_add(drawn, Ordering::Relaxed);
        done.pixels.fetch_add(painted, Ordering::Relaxed);
    });
}

thread_local! {
    /// Kept from picture to picture.
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

fn paint_prim(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Scratch) {
    match prim.kind() {
        PrimKind::Solid => quad::solid(scene, prim, area, rows, scratch),
        PrimKind::Quad => quad::quad(scene, prim, area, rows, scratch),
        PrimKind::Dash => quad::dash(scene, prim, area, rows, scratch),
        PrimKind::Gradient => fill::gradient(scene, prim, area, rows, scratch),
        PrimKind::Image => image::image(scene, prim, area, rows, scratch),
        PrimKind::Mask => mask::mask(scene, prim, area, rows, scratch),
        PrimKind::ColorMask => mask::color_mask(scene, prim, area, rows, scratch),
        PrimKind::Shadow => shadow::shadow(scene, prim, area, rows, scratch),
        PrimKind::Layer => layer::composite(scene, prim, area, rows, scratch),
    }
}

/// Shades each row of an area into scratch memory, cuts it by the primitive's clips and blends it.
pub(crate) fn shade(
    scene: &Scene<'_>,
    prim: &Prim,
    area: &DeviceRect,
    rows: &mut Rows<'_>,
    scratch: &mut Scratch,
    f: impl FnMut(i32, &mut [u8], &mut Scratch),
) {
    shade_by(blend::row, scene, prim, area, rows, scratch, f);
}

/// The same with another way of putting a row of pixels onto what is there.
pub(crate) fn shade_by(
    join: fn(&mut [u8], &[u8]),
    scene: &Scene<'_>,
    prim: &Prim,
    area: &DeviceRect,
    rows: &mut Rows<'_>,
    scratch: &mut Scratch,
    mut f: impl FnMut(i32, &mut [u8], &mut Scratch),
) {
    let clips = shape::clips(scene, prim, &mut scratch.corners);
    let mut row = std::mem::take(&mut scratch.row);
    row.clear();
    row.resize(area.width() as usize * 4, 0);
    for y in area.y0..area.y1 {
        f(y, &mut row, scratch);
        for clip in &clips {
            clip.cut(y, area.x0, &mut row, &mut scratch.corners);
        }
        join(rows.span(y, area.x0, area.x1), &row);
    }
    scratch.row = row;
}
