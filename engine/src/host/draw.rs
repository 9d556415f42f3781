//! Drawing frames, with either painter.
//!
//! Both painters draw the same list, and of it only the pixels that have changed since the last picture: see
//! [`damage`]. A picture in memory is the CPU painter's; a view of a host's device is the GPU
//! painter's, which is made when the first frame is encoded for that device.

use super::app::App;
use super::render::Painting;
use crate::cpu::{PixelOrder, Target};
use crate::frame::{FrameRecord, Phase};
use crate::gpu::pipelines::Pipelines;
use crate::gpu::{GpuError, GpuPainter};
use crate::paint::DeviceRect;
use crate::paint::damage;
use crate::paint::prepare::Resources;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The GPU painter with the device and format that it was made for.
pub struct OnDevice {
    device: wgpu::Device,
    format: wgpu::TextureFormat,
    painter: GpuPainter,
}

/// A frame that has been encoded and is still to be submitted by the host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "tell the app with `submitted` what became of the frame"]
pub struct FrameToken {
    frame: u64,
    /// True if anything of the picture was drawn anew; else the view shows the last picture again.
    pub changed: bool,
}

impl App {
    /// Ends a frame's record.
    fn finish_frame(&mut self, now: f64) {
        self.frame += 1;
        let mut record = std::mem::take(&mut self.record);
        record.input_latency = self.input_at.take().map_or(0.0, |at| (now - at).max(0.0) as f32);
        self.stats.record(record);
        self.record = FrameRecord::default();
    }

    /// The next picture is drawn as a whole: its memory does not hold the last one.
    pub fn invalidate(&mut self) {
        self.painter.tracker.forget();
        self.picture_dirty = true;
    }

    /// Brings the lists up to date and adds the pixels that have changed to those that are still to be drawn.
    fn find_damage(&mut self, now: f64) {
        self.build_lists(now);
        if !std::mem::take(&mut self.picture_dirty) {
            return;
        }
        let started = Instant::now();
        let Painting { images, whole, tracker, pending, .. } = &mut self.painter;
        let list = whole.as_ref().unwrap_or(&self.stage.list);
        let fonts = self.stage.fonts().generation();
        let (size, scale) = (self.viewport.device_size(), self.viewport.scale);
        loop {
            for rect in tracker.update(list, images, fonts, size, scale) {
                damage::add(pending, *rect);
            }
            // Pixels that come at once are part of the same picture.
            if !images.want(tracker.wanted()) {
                break;
            }
        }
        self.record.add(Phase::DisplayList, started.elapsed());
    }

    /// True if any pixel is to be drawn; else the frame ends here, and the last picture is the present one. A host
    /// that has lost what it showed draws all the same.
    pub fn has_damage(&mut self, now: f64) -> bool {
        self.find_damage(now);
        let damaged = !self.painter.pending.is_empty();
        if !damaged {
            self.finish_frame(now);
        }
        damaged
    }

    /// The other painter's memory does not hold the last picture.
    fn draw_by(&mut self, gpu: bool) {
        if self.painter.on_gpu != gpu {
            self.painter.on_gpu = gpu;
            self.invalidate();
        }
    }

    /// Draws the picture into memory: opaque RGBA rows of `stride` bytes, in the viewport's device size. Gives
    /// the rectangles that changed; everything else must still hold the last picture.
    pub fn render_cpu(&mut self, pixels: &mut [u8], stride: usize, now: f64) -> &[DeviceRect] {
        self.draw_by(false);
        self.find_damage(now);
        let started = Instant::now();
        let (width, height) = self.viewport.device_size();
        let Painting { images, glyphs, cpu, whole, pending, damage, .. } = &mut self.painter;
        damage.clear();
        if !pending.is_empty() {
            let list = whole.as_ref().unwrap_or(&self.stage.list);
            let mut resources = Resources { fonts: self.stage.fonts(), images, glyphs };
            let mut target = Target { pixels, width, height, stride, order: PixelOrder::Rgba };
            let drawn = cpu.paint(list, &mut resources, &mut target, self.viewport.scale, pending);
            damage.extend_from_slice(drawn);
            pending.clear();
            self.record.draws = cpu.frame().prims.len() as u32;
            self.record.damage = damage.iter().map(|d| d.area() as u32).sum();
        }
        self.record.add(Phase::Paint, started.elapsed());
        self.finish_frame(now);
        &self.painter.damage
    }

    /// Encodes the picture into a host's own commands: `view` gets all of it, in the viewport's device size. The
    /// view's format must not be an sRGB one (colours are blended as browsers do it) and it needs
    /// `RENDER_ATTACHMENT`; what it held does not matter. Nothing is submitted and nothing presented: the host does
    /// that with whatever else it draws, and then calls [`App::submitted`].
    ///
    /// The painter keeps its textures on `device` from frame to frame. Before a frame on another device the host
    /// calls [`App::detach_gpu`]; devices of one instance are told apart here, those of two are not.
    ///
    /// # Errors
    /// [`GpuError`] if the device cannot hold the picture. Whether the device is lost, its host knows: see
    /// [`crate::gpu::device::Health`].
    pub fn encode_gpu(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        view: &wgpu::TextureView,
        now: f64,
    ) -> Result<FrameToken, GpuError> {
        self.draw_by(true);
        self.find_damage(now);
        let started = Instant::now();
        let size = self.viewport.device_size();
        let format = view.texture().format();
        let Painting { images, glyphs, gpu, pipelines, whole, pending, damage, .. } = &mut self.painter;
        let list = whole.as_ref().unwrap_or(&self.stage.list);
        let mut resources = Resources { fonts: self.stage.fonts(), images, glyphs };
        if gpu.as_ref().is_some_and(|g| g.device != *device || g.format != format) {
            *gpu = None;
        }
        // A new painter, and one whose size changed, draws all by itself.
        let on = gpu.get_or_insert_with(|| {
            let painter = match pipelines.as_ref().filter(|shared| shared.fits(device, format)) {
                Some(shared) => GpuPainter::sharing(queue, shared.clone()),
                None => GpuPainter::new(device, queue, format),
            };
            OnDevice { device: device.clone(), format, painter }
        });
        let scale = self.viewport.scale;
        let encoded = on.painter.encode(device, queue, encoder, view, list, &mut resources, size, scale, pending);
        let stats = on.painter.stats();
        damage.clear();
        damage.extend_from_slice(on.painter.damage());
        pending.clear();
        if let Err(error) = encoded {
            self.invalidate();
            return Err(error);
        }
        self.record.draws = stats.draws;
        self.record.bound = stats.bound;
        self.record.uploaded = u32::try_from(stats.uploaded).unwrap_or(u32::MAX);
        self.record.damage = damage.iter().map(|d| d.area() as u32).sum();
        let changed = !damage.is_empty();
        self.record.add(Phase::Paint, started.elapsed());
        self.finish_frame(now);
        Ok(FrameToken { frame: self.frame, changed })
    }

    /// Pipelines to draw with on a GPU, which a host has made before the first frame and may give to all that it shows.
    /// Where they do not fit the device or the format of a view, the app makes its own.
    pub fn use_pipelines(&mut self, pipelines: Arc<Pipelines>) {
        self.painter.pipelines = Some(pipelines);
    }

    /// An encoded frame has been submitted and presented, which took the host this long.
    pub fn submitted(&mut self, token: FrameToken, took: Duration) {
        if token.frame == self.frame {
            self.stats.add_to_last(Phase::Submit, took);
        }
    }

    /// The frame that was drawn last was not on the screen in time: the host missed a refresh by it.
    pub fn missed_refresh(&mut self) {
        self.stats.drop_last();
    }

    /// Lets go of everything on a device: before it is put to sleep, or when it is lost. The next frame starts
    /// anew.
    pub fn detach_gpu(&mut self) {
        self.painter.gpu = None;
        self.invalidate();
    }
}
