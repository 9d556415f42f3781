//! What is shown over the picture: figures of the last frames, and areas that a tool marks.
//!
//! A panel with a graph of the last frames, their phases stacked in colours, the line of the deadline, and numbers; the
//! borders of layers; and flashes where pixels were drawn anew. It is a display list of its own, drawn over the finished
//! picture by whichever painter draws, so nothing of the page is drawn for its sake: the GPU painter draws it into a
//! texture that is laid over the view, and the CPU painter puts back the pixels that were below it before it draws the
//! page. What it costs stands in it as a number and in no record. It is drawn anew when a frame is drawn, and while
//! flashes fade; then it rests.
//!
//! | module | models |
//! | --- | --- |
//! | `panel` | what the panel shows |

mod panel;

use super::memory;
use super::record::FrameRecord;
use super::stats::FrameStats;
use crate::cpu::{CpuPainter, Target};
use crate::glyphs::GlyphCache;
use crate::gpu::pipelines::Pipelines;
use crate::gpu::{GpuError, GpuPainter};
use crate::images::ImageStore;
use crate::paint::DeviceRect;
use crate::paint::list::{Border, Chunk, DisplayList, Fill, Item, ItemKind, PlacedChunk, Quad};
use crate::paint::prepare::Resources;
use crate::paint::tables::PropertyTables;
use crate::paint::{Point, Radii, Rect};
use panel::{Figures, Panel};
use pellicle_layout::style::computed::{Color, Edges, LineStyle};
use pellicle_layout::text::FontError;
use std::sync::Arc;
use std::time::Instant;

/// How long a flash fades, ms.
const FLASH: f64 = 240.0;
/// Flashes at once.
const MOST_FLASHES: usize = 32;
/// Layers whose borders are shown.
const MOST_LAYERS: usize = 24;
/// Bytes of glyph masks that are kept.
const GLYPHS: usize = 1 << 20;
/// Between two refreshes where nobody says otherwise, ms.
const INTERVAL: f64 = 1000.0 / 60.0;

const FLASH_COLOR: Color = Color::rgba(255, 64, 129, 255);
const LAYER_COLOR: Color = Color::rgba(0, 184, 212, 200);

/// Pixels that were drawn anew.
struct Flash {
    rect: DeviceRect,
    at: f64,
}

/// An area of the surface in a colour.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mark {
    /// Where, logical px.
    pub rect: Rect,
    /// In which colour, which lies over the picture.
    pub color: Color,
}

/// Pixels that are below the display on a picture in memory.
struct Under {
    rect: DeviceRect,
    pixels: Vec<u8>,
}

/// The display.
pub struct Hud {
    panel: Panel,
    /// The panel, borders of layers and flashes are shown.
    figures: bool,
    /// Areas that are marked, logical px.
    marked: Vec<Mark>,
    glyphs: GlyphCache,
    cpu: CpuPainter,
    gpu: Option<(Arc<Pipelines>, GpuPainter)>,
    list: DisplayList,
    /// The pixels that it is drawn on.
    marks: Vec<DeviceRect>,
    under: Vec<Under>,
    flashes: Vec<Flash>,
    layers: Vec<DeviceRect>,
    /// It does not show what it should.
    dirty: bool,
    /// Between two refreshes, ms.
    interval: f64,
    /// What it took last, ms.
    cost: f32,
}

impl Hud {
    /// A display that has shown nothing yet.
    ///
    /// # Errors
    /// [`FontError`] if the engine's own faces cannot be read.
    pub fn new() -> Result<Hud, FontError> {
        Ok(Hud {
            panel: Panel::new()?,
            figures: false,
            marked: Vec::new(),
            glyphs: GlyphCache::new(GLYPHS),
            cpu: CpuPainter::overlay(),
            gpu: None,
            list: DisplayList::default(),
            marks: Vec::new(),
            under: Vec::new(),
            flashes: Vec::new(),
            layers: Vec::new(),
            dirty: true,
            interval: INTERVAL,
            cost: 0.0,
        })
    }

    /// Shows figures of the last frames, or no more.
    pub fn set_figures(&mut self, on: bool) {
        self.dirty |= std::mem::replace(&mut self.figures, on) != on;
        self.flashes.clear();
        self.layers.clear();
    }

    /// True if figures are shown.
    pub fn has_figures(&self) -> bool {
        self.figures
    }

    /// Marks areas of the surface, in place of those that are marked.
    pub fn set_marked(&mut self, marked: Vec<Mark>) {
        self.dirty |= self.marked != marked;
        self.marked = marked;
    }

    /// True if it shows nothing.
    pub fn is_empty(&self) -> bool {
        !self.figures && self.marked.is_empty()
    }

    /// The display refreshes every so many ms: frames are held against that.
    pub fn set_interval(&mut self, interval: f64) {
        if interval.is_finite() && interval > 0.0 {
            self.interval = interval;
        }
    }

    /// True if it is to be drawn, whether the page is or not.
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// True while it moves by itself.
    pub fn is_moving(&self) -> bool {
        !self.flashes.is_empty()
    }

    /// Time has come to `now`, ms of the frame clock.
    pub fn advance(&mut self, now: f64) {
        if self.flashes.is_empty() {
            return;
        }
        self.dirty = true;
        self.flashes.retain(|flash| (0.0..FLASH).contains(&(now - flash.at)));
    }

    /// A frame of the page has been drawn, in these layers.
    pub fn drawn(&mut self, damage: &[DeviceRect], layers: impl Iterator<Item = DeviceRect>, now: f64) {
        self.dirty = true;
        if !self.figures {
            return;
        }
        for &rect in damage {
            if self.flashes.len() >= MOST_FLASHES {
                self.flashes.remove(0);
            }
            self.flashes.push(Flash { rect, at: now });
        }
        // What was not drawn now is as it was.
        self.layers.retain(|layer| damage.iter().all(|rect| rect.intersect(layer).is_empty()));
        let room = MOST_LAYERS.saturating_sub(self.layers.len());
        self.layers.extend(layers.take(room));
    }

    /// The picture in memory does not hold the last one any more.
    pub fn forget(&mut self) {
        self.under.clear();
        self.dirty = true;
    }

    /// Lets go of everything on a device.
    pub fn detach_gpu(&mut self) {
        self.gpu = None;
        self.dirty = true;
    }

    /// Puts back the pixels that it was drawn over; they are added to `changed`.
    pub fn lift(&mut self, pixels: &mut [u8], stride: usize, changed: &mut Vec<DeviceRect>) {
        for Under { rect, pixels: below } in self.under.drain(..) {
            let row = rect.width() as usize * 4;
            for (y, line) in (rect.y0..rect.y1).zip(below.chunks_exact(row)) {
                let at = y as usize * stride + rect.x0 as usize * 4;
                if let Some(to) = pixels.get_mut(at..at + row) {
                    to.copy_from_slice(line);
                }
            }
            changed.push(rect);
        }
    }

    /// Draws itself over a picture in memory; what is below is kept. The pixels are added to `changed`.
    pub fn draw_cpu(
        &mut self,
        stats: &FrameStats,
        images: &mut ImageStore,
        target: &mut Target<'_>,
        (scale, now): (f32, f64),
        changed: &mut Vec<DeviceRect>,
    ) {
        let started = Instant::now();
        let size = (target.width, target.height);
        self.build(stats, images, size, scale, now);
        for &rect in &self.marks {
            let row = rect.width() as usize * 4;
            let mut pixels = Vec::with_capacity(row * rect.height() as usize);
            for y in rect.y0..rect.y1 {
                let at = y as usize * target.stride + rect.x0 as usize * 4;
                pixels.extend_from_slice(target.pixels.get(at..at + row).unwrap_or_default());
            }
            self.under.push(Under { rect, pixels });
        }
        let mut resources = Resources { fonts: self.panel.fonts(), images, glyphs: &mut self.glyphs };
        self.cpu.paint(&self.list, &mut resources, target, scale, &self.marks);
        changed.extend_from_slice(&self.marks);
        self.cost = started.elapsed().as_secs_f32() * 1000.0;
    }

    /// Draws itself over a view that holds the picture.
    ///
    /// # Errors
    /// [`GpuError`] if the device cannot hold the picture.
    #[allow(clippy::too_many_arguments)] // those of the painter
    pub fn draw_gpu(
        &mut self,
        stats: &FrameStats,
        images: &mut ImageStore,
        (pipelines, queue): (&Arc<Pipelines>, &wgpu::Queue),
        encoder: &mut wgpu::CommandEncoder,
        view: &wgpu::TextureView,
        size: (u32, u32),
        (scale, now): (f32, f64),
    ) -> Result<(), GpuError> {
        let started = Instant::now();
        self.build(stats, images, size, scale, now);
        if self.gpu.as_ref().is_some_and(|(on, _)| !Arc::ptr_eq(on, pipelines)) {
            self.gpu = None;
        }
        let (_, painter) =
            self.gpu.get_or_insert_with(|| (pipelines.clone(), GpuPainter::overlay(queue, pipelines.clone())));
        let mut resources = Resources { fonts: self.panel.fonts(), images, glyphs: &mut self.glyphs };
        let all = [DeviceRect::of_size(size.0, size.1)];
        let device = pipelines.device();
        painter.encode(device, queue, encoder, view, &self.list, &mut resources, size, scale, &all)?;
        self.cost = started.elapsed().as_secs_f32() * 1000.0;
        Ok(())
    }

    /// Makes its list and finds the pixels that it is drawn on.
    fn build(&mut self, stats: &FrameStats, images: &mut ImageStore, size: (u32, u32), scale: f32, now: f64) {
        self.dirty = false;
        let surface = (size.0 as f32 / scale, size.1 as f32 / scale);
        let pixels = u64::from(size.0) * u64::from(size.1);
        let live_bytes = memory::live_bytes();
        let figures = Figures { stats, pixels, interval: self.interval, cost: self.cost, live_bytes };
        let mut list = DisplayList { size: surface, ..DisplayList::default() };
        let target = DeviceRect::of_size(size.0, size.1);
        self.marks.clear();
        if self.figures {
            let (panel, area) = self.panel.list(&figures, images, surface);
            list = panel;
            self.marks.push(device(&area, scale));
        }
        let mut items = Vec::new();
        for mark in &self.marked {
            items.push(filled(&mark.rect, mark.color));
            self.marks.push(device(&mark.rect, scale));
        }
        for layer in &self.layers {
            items.push(outline(&logical(layer, scale), LAYER_COLOR, 1.0));
            self.marks.extend(sides(layer, scale.ceil() as i32 + 1));
        }
        for flash in &self.flashes {
            let left = (1.0 - (now - flash.at) / FLASH).clamp(0.0, 1.0) as f32;
            let shade = |share: f32| Color { a: (255.0 * share * left) as u8, ..FLASH_COLOR };
            let rect = logical(&flash.rect, scale);
            // A picture that was drawn as a whole is not to be covered as a whole.
            let whole = flash.rect.area() * 20 > target.area() * 19;
            if whole {
                self.marks.extend(sides(&flash.rect, 2 * scale.ceil() as i32 + 1));
            } else {
                items.push(filled(&rect, shade(0.22)));
                self.marks.push(flash.rect);
            }
            items.push(outline(&rect, shade(0.85), if whole { 2.0 } else { 1.0 }));
        }
        // Below the panel.
        list.chunks.insert(0, PlacedChunk { origin: Point::default(), chunk: Arc::new(Chunk::new(items, Vec::new())) });
        self.list = list;
        for mark in &mut self.marks {
            *mark = mark.intersect(&target);
        }
        self.marks.retain(|mark| !mark.is_empty());
    }
}

/// The newest frames, oldest first, at most so many.
fn newest(stats: &FrameStats, most: usize) -> impl Iterator<Item = &FrameRecord> {
    let count = stats.records().count();
    stats.records().skip(count.saturating_sub(most))
}

fn logical(rect: &DeviceRect, scale: f32) -> Rect {
    let [x, y, width, height] = [rect.x0, rect.y0, rect.width(), rect.height()].map(|v| v as f32 / scale);
    Rect::new(x, y, width, height)
}

fn device(rect: &Rect, scale: f32) -> DeviceRect {
    DeviceRect::enclosing(&Rect::new(rect.x * scale, rect.y * scale, rect.width * scale, rect.height * scale))
}

/// The pixels of a rectangle's border.
fn sides(rect: &DeviceRect, width: i32) -> [DeviceRect; 4] {
    let DeviceRect { x0, y0, x1, y1 } = *rect;
    [
        DeviceRect::new(x0, y0, x1, (y0 + width).min(y1)),
        DeviceRect::new(x0, (y1 - width).max(y0), x1, y1),
        DeviceRect::new(x0, y0, (x0 + width).min(x1), y1),
        DeviceRect::new((x1 - width).max(x0), y0, x1, y1),
    ]
}

fn item(quad: Quad) -> Item {
    Item::new(PropertyTables::ROOT, PropertyTables::UNCLIPPED, ItemKind::Quad(quad))
}

fn filled(rect: &Rect, color: Color) -> Item {
    item(Quad { rect: *rect, radii: Radii::ZERO, fill: Fill::Color(color), border: None })
}

fn outline(rect: &Rect, color: Color, width: f32) -> Item {
    let border = Border { widths: Edges::all(width), colors: Edges::all(color), style: LineStyle::Solid };
    item(Quad { rect: *rect, radii: Radii::ZERO, fill: Fill::None, border: Some(border) })
}
