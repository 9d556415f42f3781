//! Drawing frames, with either painter.
//!
//! Both painters draw the same list, and of it only the pixels that have changed since the last picture: see
//! [`damage`]. A picture in memory is the CPU painter's; a view of a host's device is the GPU
//! painter's, which is made when the first frame is encoded for that device.

use super::app::App;
use super::render::{Painting, fits};
use crate::cpu::{PixelOrder, Target};
use crate::frame::Phase;
use crate::gpu::pipelines::Pipelines;
use crate::gpu::{GpuError, GpuPainter};
use crate::paint::DeviceRect;
use crate::paint::damage;
use crate::paint::prepare::Resources;
use crate::replay::{Entry, HostCall, picture_hash};
use pellicle_script::sandbox::Budget;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The GPU painter with the device and format that it was made for.
pub struct OnDevice {
    device: wgpu::Device,
    format: wgpu::TextureFormat,
    pub(super) painter: GpuPainter,
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
    /// The next picture is drawn as a whole: its memory does not hold the last one.
    pub fn invalidate(&mut self) {
        self.called(|| HostCall::Invalidate);
        self.painter.tracker.forget();
        self.picture_dirty = true;
        if let Some(hud) = &mut self.measured.hud {
            hud.forget();
        }
        self.came_back();
    }

    /// Sets how many bytes of layers (groups that fade, what is blurred or masked) are kept from frame to frame, so that
    /// they need not be drawn again while their contents stay the same. The picture is the same with any number; 0 keeps
    /// none. What is over it goes with the next frame that draws anything. At first, and at most, it is the hard limit of
    /// [`Budgets::layer_bytes`](pellicle_script::sandbox::Budgets::layer_bytes).
    pub fn set_layer_budget(&mut self, bytes: usize) {
        self.called(|| HostCall::LayerBudget(bytes as u64));
        self.painter.layer_budget = bytes.min(fits(self.logic.sandbox().budgets().layer_bytes.hard));
        self.came_back();
    }

    /// Drops the layers that are kept, at once: for a host that runs short of memory.
    pub fn drop_layers(&mut self) {
        self.called(|| HostCall::DropLayers);
        self.painter.cpu.drop_layers();
        if let Some(on) = &mut self.painter.gpu {
            on.painter.drop_layers();
        }
        self.logic.sandbox().note(Budget::LayerBytes, 0);
        self.came_back();
    }

    /// Notes what layers and pages of masks take, or, where some found no room, would: `kept` bytes of layers, `wanted` with
    /// those that are not.
    fn note_drawn(&mut self, kept: usize, wanted: usize) {
        let sandbox = self.logic.sandbox();
        // The host may have set less than the budget, which is no reason to tell it.
        let refused = wanted as u64 > sandbox.budgets().layer_bytes.hard;
        sandbox.note(Budget::LayerBytes, if refused { wanted } else { kept } as u64);
        sandbox.note(Budget::GlyphBytes, self.painter.glyphs.take_wanted_bytes() as u64);
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
        self.spent(Phase::DisplayList, started);
    }

    /// True if any pixel is to be drawn; else the frame ends here, and the last picture is the present one. A host
    /// that has lost what it showed draws all the same.
    pub fn has_damage(&mut self, now: f64) -> bool {
        self.called(|| HostCall::HasDamage { now });
        self.find_damage(now);
        let damaged = !self.painter.pending.is_empty() || self.is_overlay_alone();
        if !damaged {
            self.finish_frame(false);
        }
        self.came_back();
        damaged
    }

    /// Nothing but the figures over the picture is to be drawn.
    fn is_overlay_alone(&self) -> bool {
        self.painter.pending.is_empty() && self.measured.hud.as_ref().is_some_and(|hud| hud.is_dirty())
    }

    /// The other painter's memory does not hold the last picture.
    fn draw_by(&mut self, gpu: bool) {
        if self.painter.on_gpu != gpu {
            self.painter.on_gpu = gpu;
            self.drop_layers();
            self.invalidate();
        }
    }

    /// Draws the picture into memory: opaque RGBA rows of `stride` bytes, in the viewport's device size. Gives
    /// the rectangles that changed; everything else must still hold the last picture.
    pub fn render_cpu(&mut self, pixels: &mut [u8], stride: usize, now: f64) -> &[DeviceRect] {
        self.called(|| HostCall::Draw { now, gpu: false });
        self.draw_by(false);
        self.find_damage(now);
        let overlay_alone = self.is_overlay_alone();
        let (width, height) = self.viewport.device_size();
        let Painting { images, glyphs, cpu, whole, pending, damage, lifted, tracker, layer_budget, .. } =
            &mut self.painter;
        lifted.clear();
        if let Some(hud) = &mut self.measured.hud {
            hud.lift(pixels, stride, lifted);
        }
        let started = Instant::now();
        damage.clear();
        if !pending.is_empty() {
            let list = whole.as_ref().unwrap_or(&self.stage.list);
            let mut resources = Resources { fonts: self.stage.fonts(), images, glyphs };
            let mut target = Target { pixels, width, height, stride, order: PixelOrder::Rgba };
            cpu.set_layer_budget(*layer_budget);
            cpu.keep_layers(tracker.layers());
            let drawn = cpu.paint(list, &mut resources, &mut target, self.viewport.scale, pending);
            damage.extend_from_slice(drawn);
            pending.clear();
            let frame = cpu.frame();
            self.record.draws = frame.prims.len() as u32;
            self.record.instances = self.record.draws;
            self.record.passes = frame.passes.len() as u32;
            self.record.layer_hits = frame.hits;
            let (layers, bytes) = cpu.kept_layers();
            self.record.layers_kept = layers;
            self.record.layer_bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
            self.record.damage = damage.iter().map(|d| d.area() as u32).sum();
            self.record.damage_rects = damage.len() as u32;
            let wanted = cpu.wanted_layer_bytes();
            self.note_drawn(bytes, wanted);
        }
        let drawn = !self.painter.damage.is_empty();
        if overlay_alone {
            self.skip_frame();
        } else {
            self.spent(Phase::Paint, started);
            self.finish_frame(drawn);
        }
        let Painting { images, cpu, damage, lifted, .. } = &mut self.painter;
        if let Some(hud) = &mut self.measured.hud {
            if drawn {
                hud.drawn(damage, cpu.frame().surfaces.iter().skip(1).map(|surface| surface.rect), now);
            }
            damage.append(lifted);
            let mut target = Target { pixels, width, height, stride, order: PixelOrder::Rgba };
            hud.draw_cpu(&self.stats, images, &mut target, (self.viewport.scale, now), damage);
        }
        self.note_picture(Some((pixels, stride)));
        self.came_back();
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
        self.called(|| HostCall::Draw { now, gpu: true });
        let encoded = self.encode_once(device, queue, encoder, view, now);
        self.note_picture(None);
        self.came_back();
        encoded
    }

    fn encode_once(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        view: &wgpu::TextureView,
        now: f64,
    ) -> Result<FrameToken, GpuError> {
        self.draw_by(true);
        self.find_damage(now);
        let overlay_alone = self.is_overlay_alone();
        self.collect_gpu_times();
        let started = Instant::now();
        let size = self.viewport.device_size();
        let format = view.texture().format();
        let Painting { images, glyphs, gpu, pipelines, whole, pending, damage, tracker, layer_budget, .. } =
            &mut self.painter;
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
        on.painter.number(if overlay_alone { 0 } else { self.frame + 1 });
        on.painter.set_layer_budget(*layer_budget);
        let textures = self.logic.sandbox().budgets().texture_bytes;
        on.painter.set_image_budget(textures.soft);
        on.painter.set_most_image_bytes(textures.hard);
        on.painter.keep_layers(tracker.layers());
        let encoded = on.painter.encode(device, queue, encoder, view, list, &mut resources, size, scale, pending);
        let stats = on.painter.stats();
        self.logic.sandbox().note(Budget::TextureBytes, on.painter.image_bytes());
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
        self.record.instances = stats.prims;
        self.record.passes = stats.passes;
        self.record.layer_hits = on.painter.layer_hits();
        let (layers, bytes) = on.painter.kept_layers();
        self.record.layers_kept = layers;
        self.record.layer_bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.record.damage = damage.iter().map(|d| d.area() as u32).sum();
        self.record.damage_rects = damage.len() as u32;
        let changed = !damage.is_empty();
        let wanted = on.painter.wanted_layer_bytes();
        self.note_drawn(bytes, wanted);
        if overlay_alone {
            self.skip_frame();
        } else {
            self.spent(Phase::Paint, started);
            self.finish_frame(changed);
        }
        let Painting { images, gpu, damage, .. } = &mut self.painter;
        if let (Some(hud), Some(on)) = (&mut self.measured.hud, gpu) {
            if changed {
                hud.drawn(damage, on.painter.layers(), now);
            }
            let pipelines = on.painter.pipelines();
            hud.draw_gpu(&self.stats, images, (pipelines, queue), encoder, view, size, (scale, now))?;
        }
        // Figures alone are nobody's frame.
        let frame = if overlay_alone { 0 } else { self.frame };
        Ok(FrameToken { frame, changed: changed || overlay_alone })
    }

    /// Pipelines to draw with on a GPU, which a host has made before the first frame and may give to all that it shows.
    /// Where they do not fit the device or the format of a view, the app makes its own.
    pub fn use_pipelines(&mut self, pipelines: Arc<Pipelines>) {
        self.painter.pipelines = Some(pipelines);
    }

    /// An encoded frame has been submitted and presented, which took the host this long.
    pub fn submitted(&mut self, token: FrameToken, took: Duration) {
        if token.frame == self.frame {
            self.handed_over(took);
        }
    }

    /// The frame that was drawn last was not on the screen in time: the host missed a refresh by it.
    pub fn missed_refresh(&mut self) {
        if self.measured.drew_page {
            self.stats.drop_last();
            if let Some(trace) = &self.measured.trace {
                trace.missed();
            }
        }
    }

    /// Lets go of everything on a device: before it is put to sleep, or when it is lost. The next frame starts
    /// anew.
    pub fn detach_gpu(&mut self) {
        self.called(|| HostCall::DetachGpu);
        self.painter.gpu = None;
        self.logic.sandbox().note(Budget::TextureBytes, 0);
        if self.painter.on_gpu {
            self.logic.sandbox().note(Budget::LayerBytes, 0);
        }
        if let Some(hud) = &mut self.measured.hud {
            hud.detach_gpu();
        }
        self.invalidate();
        self.came_back();
    }

    /// Notes what was drawn: rows of pixels, where they are known and nothing lies over the picture.
    fn note_picture(&self, pixels: Option<(&[u8], usize)>) {
        let Some(recorder) = self.tap.recorder() else { return };
        let (width, height) = self.viewport.device_size();
        let hash = match pixels.filter(|_| self.measured.hud.is_none()) {
            Some((pixels, stride)) => picture_hash(pixels, stride, width, height),
            None => 0,
        };
        recorder.note(&Entry::Picture(hash));
    }
}
