//! Layers whose pixels are kept from frame to frame.
//!
//! Often only what is done to a layer changes: it fades, or something moves below or above it. Its contents are then
//! what they were, and so are their pixels before opacity, colour matrix and clips of the whole. A layer is known by a
//! number of all that those come from ([`DamageTracker::layers`](crate::paint::damage::DamageTracker::layers)), so one
//! that changes is another layer, and nothing has to be told when it does.
//!
//! Keeping takes nothing but memory where all of a layer is drawn anyway; but a frame that draws a part has to draw
//! the rest as well. So a layer is drawn as usual until that has taken, in all, as much as drawing all of it does: what
//! keeping may be in vain is never more than what had to be done before. A layer that changes in each frame never
//! gets there. Nor is one kept that is hardly more to draw than its pixels are to put in their place.
//!
//! Pixels are dropped when their layer changes or goes, after [`IDLE`] frames in which nothing touched it, and, those
//! used longest ago first, when others need their room. A kept layer takes off the surfaces of its frame what drawing
//! it would, so that no other layer loses its effect, or keeps it, because of it.

use super::filter::{Filter, blur_step};
use super::prim::{Prim, PrimKind};
use super::surface::Made;
use super::{Frame, KeptSurface, Surface};
use crate::paint::geometry::DeviceRect;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// Most bytes of layers that are kept unless a host says otherwise.
pub const LAYER_BUDGET: usize = 32 << 20;
/// Frames that pixels are kept without being used.
const IDLE: u64 = 60;
/// What a primitive takes besides its pixels, in units of [`weight`].
const EACH: i64 = 200;
/// A layer is kept if drawing it takes at least this for each of its pixels, in units of [`weight`]: more than clearing its
/// surface and filling that with one box. In `benches/layers.rs` a sheet of 335 x 500 px that fades (4 units) took 0.95
/// (CPU) and 0.92 (GPU) of the time if kept, with 30 boxes on it (5 units) 0.98 and 0.91, which is not worth 3 MB; with
/// 300 (9 units) it took 0.85 and 0.80, with 2,000 0.60 and 0.48. Below it something moved: a blur of 4 px took 0.37
/// and 0.70, one of 20 px 0.15 and 0.61, a mask 0.54 and 0.60.
const WORTH: i64 = 6;
/// What a texel of a blurred surface takes, but for what is read for it.
const BLURRED: i64 = 80;

/// What a pixel of a primitive takes, in quarters of nanoseconds or so of the CPU painter.
pub(crate) fn weight(kind: PrimKind) -> i64 {
    match kind {
        PrimKind::Solid => 1,
        PrimKind::Quad => 3,
        PrimKind::Mask => 6,
        _ => 12,
    }
}

/// Bytes of a surface: the GPU painter's textures have sides of whole 64 texels.
fn bytes(surface: &Surface) -> usize {
    let (width, height) = surface.texels();
    width.next_multiple_of(64) as usize * height.next_multiple_of(64) as usize * 4
}

/// Work, in units of [`weight`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Work {
    /// What was done.
    pub drawn: i64,
    /// What it takes to draw all.
    pub whole: i64,
}

impl Work {
    /// Adds the primitives of a layer that was drawn in `shown`; all of it lies in `whole`.
    pub fn add(&mut self, prims: &[Prim], shown: &DeviceRect, whole: &DeviceRect) {
        for prim in prims {
            let (rect, weight) = (prim.rect(), weight(prim.kind()));
            let pixels = rect.intersect(shown).area();
            self.drawn += if pixels > 0 { EACH + pixels * weight } else { 0 };
            self.whole += EACH + rect.intersect(whole).area() * weight;
        }
    }

    /// Adds clearing the surface of a layer, and blurring it.
    pub fn add_surface(&mut self, filter: &Filter, shown: &DeviceRect, whole: &DeviceRect) {
        let of = |rect: &DeviceRect| {
            let blur = |sigma: f32| {
                let step = i64::from(blur_step(sigma));
                rect.area() * 2 + rect.area() / (step * step) * BLURRED
            };
            rect.area() + filter.sigmas().map(blur).sum::<i64>()
        };
        self.drawn += of(shown);
        self.whole += of(whole);
    }

    /// What has been added since.
    pub fn since(&self, before: &Work) -> Work {
        Work { drawn: self.drawn - before.drawn, whole: self.whole - before.whole }
    }
}

/// A layer that was drawn apart, as it was or may be kept.
pub(super) struct Drawn {
    /// Its number among the layers of the list.
    pub number: usize,
    /// What its contents were collected in.
    pub area: DeviceRect,
    /// What that took.
    pub work: Work,
    /// Pixels of surfaces that were taken off what the frame has.
    pub spent: i64,
}

/// A surface that is kept.
struct Held {
    /// What the painter knows its pixels by.
    id: u32,
    surface: Surface,
}

/// The pixels of a layer.
struct Pixels {
    held: SmallVec<[Held; 2]>,
    /// Which of them is what.
    made: Made,
    spent: i64,
    bytes: usize,
    /// What they are in the frame of this number.
    shown: (u64, Made),
}

/// A layer that was drawn.
struct Entry {
    area: DeviceRect,
    /// What it has taken so far.
    drawn: i64,
    /// What all of it takes.
    whole: i64,
    /// Pixels that are put in their place.
    size: i64,
    /// Bytes that keeping it needs.
    bytes: usize,
    /// The last frame in whose list it was, and in which it was used.
    seen: u64,
    used: u64,
    pixels: Option<Pixels>,
}

/// What is kept. It keeps its own memory, too.
pub(super) struct KeptLayers {
    /// Of the list that is being prepared, by layer.
    keys: Vec<u64>,
    /// They are those of the next list.
    given: bool,
    entries: FxHashMap<u64, Entry>,
    /// Most bytes.
    budget: usize,
    bytes: usize,
    /// Bytes that there would be with what found no room in this frame; 0 if all did.
    refused: usize,
    frame: u64,
    /// What pixels depend on besides.
    ground: ((u32, u32), f32),
    /// Ids of no surface.
    free: Vec<u32>,
    ids: u32,
    /// Ids whose pixels are to be dropped.
    dropped: Vec<u32>,
}

impl KeptLayers {
    pub fn new() -> KeptLayers {
        KeptLayers {
            keys: Vec::new(),
            given: false,
            entries: FxHashMap::default(),
            budget: LAYER_BUDGET,
            bytes: 0,
            refused: 0,
            frame: 0,
            ground: ((0, 0), 0.0),
            free: Vec::new(),
            ids: 0,
            dropped: Vec::new(),
        }
    }

    /// Takes over what the layers of the next list are known by.
    pub fn expect(&mut self, keys: &[u64]) {
        self.keys.clear();
        self.keys.extend_from_slice(keys);
        self.given = true;
    }

    /// Sets the most bytes that are kept. What is over them goes with the next frame.
    pub fn set_budget(&mut self, bytes: usize) {
        self.budget = bytes;
    }

    /// Forgets all. The painter has dropped the pixels, or does.
    pub fn forget(&mut self) {
        self.entries.clear();
        self.dropped.clear();
        self.free.clear();
        (self.ids, self.bytes, self.refused) = (0, 0, 0);
    }

    /// Layers and bytes that are kept.
    pub fn held(&self) -> (u32, usize) {
        let held = self.entries.values().filter(|entry| entry.pixels.is_some()).count();
        (held as u32, self.bytes)
    }

    /// Bytes that are kept, or that there would be with what found no room in the last frame.
    pub fn wanted(&self) -> usize {
        self.bytes.max(self.refused)
    }

    /// True if layers are looked up in this frame.
    pub fn is_on(&self) -> bool {
        !self.keys.is_empty() && self.budget > 0
    }

    /// A list was passed by: nothing of it is drawn.
    pub fn skip_frame(&mut self) {
        self.given = false;
    }

    /// A frame begins: what is of no use any more is dropped.
    pub fn begin_frame(&mut self, size: (u32, u32), scale: f32, frame: &mut Frame) {
        if !std::mem::take(&mut self.given) {
            self.keys.clear();
        }
        self.frame += 1;
        self.refused = 0;
        let now = self.frame;
        for key in &self.keys {
            if let Some(entry) = self.entries.get_mut(key) {
                entry.seen = now;
            }
        }
        let same = std::mem::replace(&mut self.ground, (size, scale)) == (size, scale);
        let (free, dropped, bytes) = (&mut self.free, &mut self.dropped, &mut self.bytes);
        self.entries.retain(|_, entry| {
            let stays = same && entry.seen == now && (entry.pixels.is_none() || now - entry.used <= IDLE);
            if !stays && let Some(pixels) = entry.pixels.take() {
                drop_pixels(&pixels, free, dropped, bytes);
            }
            stays
        });
        self.shrink(0, now);
        frame.dropped.clear();
        frame.dropped.append(&mut self.dropped);
    }

    /// Drops layers that were not used in the frame `since` or later until there are `bytes` to spare, the one used
    /// longest ago first. False if there cannot be.
    fn shrink(&mut self, bytes: usize, since: u64) -> bool {
        while self.bytes + bytes > self.budget {
            let unused = self.entries.iter().filter(|(_, e)| e.pixels.is_some() && e.used < since);
            let Some(key) = unused.min_by_key(|(key, e)| (e.used, **key)).map(|(key, _)| *key) else { return false };
            if let Some(pixels) = self.entries.remove(&key).and_then(|entry| entry.pixels) {
                drop_pixels(&pixels, &mut self.free, &mut self.dropped, &mut self.bytes);
            }
        }
        true
    }

    /// What a layer of the list is known by.
    fn key(&self, number: usize) -> Option<u64> {
        self.keys.get(number).copied().filter(|key| *key != 0 && self.budget > 0)
    }

    /// A layer's pixels as surfaces of the frame, none if it has none in `shown`, and the pixels that drawing it would
    /// have taken off the frame's surfaces. `None` if they are not kept, or that is more than `left`.
    pub fn find(
        &mut self,
        number: usize,
        (area, shown): (&DeviceRect, &DeviceRect),
        left: i64,
        frame: &mut Frame,
    ) -> Option<(Option<Made>, i64)> {
        let key = self.key(number)?;
        let entry = self.entries.get_mut(&key).filter(|entry| entry.area == *area)?;
        let pixels = entry.pixels.as_mut().filter(|pixels| pixels.spent <= left)?;
        if pixels.held.iter().all(|held| held.surface.rect.intersect(shown).is_empty()) {
            return Some((None, pixels.spent));
        }
        entry.used = self.frame;
        frame.hits += 1;
        if pixels.shown.0 != self.frame {
            let first = frame.surfaces.len() as u32;
            for (i, held) in (0..).zip(&pixels.held) {
                frame.surfaces.push(held.surface);
                frame.kept.push(KeptSurface { surface: first + i, id: held.id, fresh: false });
            }
            let of = |i: &u32| first + i;
            let made =
                Made { content: of(&pixels.made.content), shadows: pixels.made.shadows.iter().map(of).collect() };
            pixels.shown = (self.frame, made);
        }
        Some((Some(pixels.shown.1.clone()), pixels.spent))
    }

    /// True if all of a layer is to be drawn now, and then kept.
    pub fn wants(&mut self, number: usize, area: &DeviceRect) -> bool {
        let Some(entry) = self.key(number).and_then(|key| self.entries.get(&key)) else { return false };
        let pays = entry.drawn >= entry.whole && entry.whole >= entry.size * WORTH;
        let bytes = entry.bytes;
        // Layers that the last frame used are most likely used by this one, too: they stay.
        let wants = entry.pixels.is_none() && entry.area == *area && pays;
        if wants && !self.shrink(bytes, self.frame - 1) {
            self.refused = self.refused.max(self.bytes + bytes);
            return false;
        }
        wants
    }

    /// A layer that is not kept was drawn, as this on surfaces of the frame; keeping it as well would be on surfaces as
    /// large as `whole`.
    pub fn note(&mut self, drawn: &Drawn, filter: &Filter, whole: &DeviceRect) {
        let Some(key) = self.key(drawn.number) else { return };
        let new = Entry {
            area: drawn.area,
            drawn: 0,
            whole: 0,
            size: 0,
            bytes: 0,
            seen: self.frame,
            used: self.frame,
            pixels: None,
        };
        let entry = self.entries.entry(key).or_insert(new);
        if entry.area != drawn.area {
            (entry.area, entry.drawn) = (drawn.area, 0);
        }
        entry.drawn += drawn.work.drawn;
        entry.whole = drawn.work.whole;
        entry.size = whole.area();
        let of = |sigma: f32| bytes(&Surface { rect: *whole, step: if sigma > 0.0 { blur_step(sigma) } else { 1 } });
        entry.bytes = of(filter.sigma) + filter.shadows.iter().map(|shadow| of(shadow.1)).sum::<usize>();
    }

    /// Keeps the surfaces of a layer that was drawn as a whole.
    pub fn keep(&mut self, drawn: &Drawn, made: &Made, frame: &mut Frame) {
        let Some(entry) = self.key(drawn.number).and_then(|key| self.entries.get_mut(&key)) else { return };
        let mut surfaces: SmallVec<[u32; 2]> = SmallVec::new();
        for surface in std::iter::once(&made.content).chain(&made.shadows) {
            if !surfaces.contains(surface) {
                surfaces.push(*surface);
            }
        }
        let all: usize = surfaces.iter().map(|s| bytes(&frame.surfaces[*s as usize])).sum();
        if entry.pixels.is_some() {
            return;
        }
        if self.bytes + all > self.budget {
            self.refused = self.refused.max(self.bytes + all);
            return;
        }
        let place = |surface: &u32| surfaces.iter().position(|s| s == surface).unwrap_or(0) as u32;
        let places = Made { content: place(&made.content), shadows: made.shadows.iter().map(place).collect() };
        let mut held = SmallVec::new();
        for &surface in &surfaces {
            let id = self.free.pop().unwrap_or_else(|| {
                self.ids += 1;
                self.ids - 1
            });
            held.push(Held { id, surface: frame.surfaces[surface as usize] });
            frame.kept.push(KeptSurface { surface, id, fresh: true });
        }
        self.bytes += all;
        entry.used = self.frame;
        let shown = (self.frame, made.clone());
        entry.pixels = Some(Pixels { held, made: places, spent: drawn.spent, bytes: all, shown });
    }

    /// The frame is complete: what made room in it for others is dropped with it.
    pub fn end_frame(&mut self, frame: &mut Frame) {
        frame.dropped.append(&mut self.dropped);
    }
}

fn drop_pixels(pixels: &Pixels, free: &mut Vec<u32>, dropped: &mut Vec<u32>, bytes: &mut usize) {
    for held in &pixels.held {
        free.push(held.id);
        dropped.push(held.id);
    }
    *bytes -= pixels.bytes;
}
