//! The GPU painter: the passes of a prepared frame on wgpu.
//!
//! One shader draws all primitives as instanced quads, in a few pipelines that can do more or less of it; small ones
//! reduce, blur, add up triangles and present. All are built up front. Textures are read with `textureLoad` only, figures travel in vertex attributes and a data
//! texture, so hardware of the WebGL2 class is enough. Surfaces are 8-bit without colour management and not
//! multisampled: edges are covered analytically, as in the CPU painter.
//!
//! The picture is kept in a texture of the painter's own. A frame draws the damaged rectangles into it, by
//! scissor, and copies it to the view; a view that does not keep its contents (a swapchain's) is complete all
//! the same.
//!
//! | module | models |
//! | --- | --- |
//! | [`batches`] | primitives that one call draws |
//! | `passes` | the steps of a frame as render passes |
//! | [`pipelines`] | shaders, layouts, pipelines |
//! | [`pipeline_store`] | what drivers have compiled, from run to run |
//! | [`textures`] | glyph pages and the data table on the device |
//! | [`images`] | pictures on the device: small ones packed into pages |
//! | `kept` | layers whose textures are kept from frame to frame |
//! | [`meshes`] | large paths as triangles |
//! | [`surfaces`] | the picture and layers, with their reuse |
//! | `uploads` | what every frame writes anew: primitives and figures |
//! | [`device`] | finding a GPU, its loss |
//! | [`timing`] | how long the GPU works on a frame |
//! | [`headless`] | pictures without a window |

pub mod batches;
pub mod device;
pub mod headless;
pub mod images;
mod kept;
pub mod meshes;
mod passes;
pub mod pipeline_store;
pub mod pipelines;
pub mod surfaces;
pub mod textures;
pub mod timing;
mod uploads;

use crate::paint::geometry::DeviceRect;
use crate::paint::list::DisplayList;
use crate::paint::prepare::{Frame, LargePaths, Pass, Preparer, Resources};
use batches::Batcher;
use images::ImageCache;
use meshes::MeshCache;
use pipelines::{Pipelines, UNIFORM_STRIDE};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;
use surfaces::{Assigned, SurfacePool, Texel};
use textures::{DataTexture, Pages};
use timing::Timer;
use uploads::Uploads;

/// Why a frame was not drawn.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GpuError {
    /// The device cannot make a texture of this size.
    #[error("{0} x {1} px is more than the GPU can draw")]
    TooLarge(u32, u32),
    /// There is no GPU, or none that will do.
    #[error("no GPU: {0}")]
    NoAdapter(String),
    /// The device is gone, and all that was on it: another one has to be opened.
    #[error("the GPU is lost: {0}")]
    Lost(String),
    /// The device refused something.
    #[error("the GPU failed: {0}")]
    Device(String),
}

/// What drawing a frame took.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct GpuStats {
    /// Draw calls.
    pub draws: u32,
    /// Render passes.
    pub passes: u32,
    /// Primitives.
    pub prims: u32,
    /// Bytes written to the device.
    pub uploaded: u64,
    /// Bind groups made: none in a frame like the last one.
    pub bound: u32,
}

/// Draw calls of a frame that pipelines are chosen freely for.
const CALLS: usize = 8;
/// And of the picture itself, however many layers there are.
const FEWEST_CALLS: usize = 2;

/// Memory that is kept from frame to frame.
#[derive(Default)]
struct Scratch {
    batcher: Batcher,
    /// Batches of each pass.
    passes: Vec<Range<usize>>,
    uniforms: Vec<u8>,
}

/// The bindings of the uniforms, each for one kind of pass. They hold until the buffer is another one.
#[derive(Default)]
struct Bindings {
    common: Option<wgpu::BindGroup>,
    blur: Option<wgpu::BindGroup>,
    blend: Option<wgpu::BindGroup>,
    mesh: Option<wgpu::BindGroup>,
}

/// The painter.
pub struct GpuPainter {
    preparer: Preparer,
    pipelines: Arc<Pipelines>,
    pages: Pages,
    data: DataTexture,
    images: ImageCache,
    meshes: MeshCache,
    pool: SurfacePool,
    target: Option<Texel>,
    /// The target shows a whole picture.
    complete: bool,
    uploads: Uploads,
    instances: wgpu::Buffer,
    uniforms: wgpu::Buffer,
    bindings: Bindings,
    externals: FxHashMap<u32, wgpu::BindGroup>,
    scratch: Scratch,
    stats: GpuStats,
    /// Where the device can tell.
    timer: Option<Timer>,
    /// Lays its picture over views.
    over: Option<wgpu::RenderPipeline>,
    max_side: u32,
}

/// Calls of a pass that draws no primitives.
fn calls_of(frame: &Frame, pass: &Pass) -> usize {
    match pass {
        Pass::Draw { .. } | Pass::Copy { .. } => 0,
        Pass::Mesh { .. } | Pass::Blend { .. } => 1,
        // The reduction is left out where there is none.
        Pass::Blur { to, .. } => {
            if frame.surfaces[*to as usize].step > 1 {
                3
            } else {
                2
            }
        }
    }
}

fn buffer(device: &wgpu::Device, label: &str, size: u64, usage: wgpu::BufferUsages) -> wgpu::Buffer {
    let usage = usage | wgpu::BufferUsages::COPY_DST;
    device.create_buffer(&wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false })
}

impl GpuPainter {
    /// A painter whose pictures go to views of `format` (not an sRGB one: blending is as browsers do it).
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, format: wgpu::TextureFormat) -> GpuPainter {
        GpuPainter::sharing(queue, Arc::new(Pipelines::new(device, format)))
    }

    /// A painter on the device of `pipelines`, which others may use as well.
    pub fn sharing(queue: &wgpu::Queue, pipelines: Arc<Pipelines>) -> GpuPainter {
        let device = pipelines.device();
        let images = ImageCache::new(device, queue, &pipelines, 128 << 20);
        GpuPainter {
            preparer: Preparer::new(LargePaths::Meshes, device.limits().max_texture_dimension_2d).merging(),
            pages: Pages::new(device),
            data: DataTexture::new(device),
            images,
            meshes: MeshCache::default(),
            pool: SurfacePool::default(),
            target: None,
            complete: false,
            uploads: Uploads::new(device),
            instances: buffer(device, "instances", 48 * 1024, wgpu::BufferUsages::VERTEX),
            uniforms: buffer(device, "uniforms", UNIFORM_STRIDE * 16, wgpu::BufferUsages::UNIFORM),
            bindings: Bindings::default(),
            externals: FxHashMap::default(),
            scratch: Scratch::default(),
            stats: GpuStats::default(),
            timer: Timer::new(device, queue),
            over: None,
            max_side: device.limits().max_texture_dimension_2d,
            pipelines,
        }
    }

    /// A painter whose pictures have no ground and are laid over what views hold. Each is drawn as a whole, and without
    /// layers.
    pub fn overlay(queue: &wgpu::Queue, pipelines: Arc<Pipelines>) -> GpuPainter {
        let painter = GpuPainter::sharing(queue, pipelines);
        GpuPainter {
            preparer: Preparer::overlay(LargePaths::Meshes, painter.max_side),
            timer: None,
            over: Some(painter.pipelines.over()),
            ..painter
        }
    }

    /// What it draws with.
    pub fn pipelines(&self) -> &Arc<Pipelines> {
        &self.pipelines
    }

    /// The surfaces that the last frame drew apart from the picture.
    pub fn layers(&self) -> impl Iterator<Item = DeviceRect> {
        self.preparer.frame().surfaces.iter().skip(1).map(|surface| surface.rect)
    }

    /// Sets the budget of image textures, bytes.
    pub fn set_image_budget(&mut self, bytes: u64) {
        self.images.set_budget(bytes);
    }

    /// Sets how many bytes of pictures are on the GPU at most; a picture that would be more is not drawn.
    pub fn set_most_image_bytes(&mut self, bytes: u64) {
        self.images.set_most(bytes);
    }

    /// Bytes of pictures on the GPU, or, if some found no room in the last frame, what they would have come to.
    pub fn image_bytes(&self) -> u64 {
        self.images.wanted_bytes()
    }

    /// Supplies the texture of a slot (premultiplied, not sRGB), or takes it away. Its size is what
    /// [`crate::images::ImageStore::set_external`] says.
    pub fn set_external(&mut self, device: &wgpu::Device, slot: u32, view: Option<&wgpu::TextureView>) {
        self.preparer.set_hosted(slot, view.is_some());
        match view {
            Some(view) => self.externals.insert(slot, self.pipelines.bind_picture(device, view)),
            None => self.externals.remove(&slot),
        };
    }

    /// The pixels that the last frame drew anew.
    pub fn damage(&self) -> &[DeviceRect] {
        &self.preparer.frame().damage
    }

    /// What the last frame took.
    pub fn stats(&self) -> GpuStats {
        self.stats
    }

    /// The next times of frames that are known: the frame's number and the GPU's time, ms. Nothing is waited for.
    pub fn take_time(&mut self) -> Option<(u64, f32)> {
        self.timer.as_mut()?.take()
    }

    /// The frame that is encoded next has this number in the times that are told.
    pub fn number(&mut self, frame: u64) {
        if let Some(timer) = &mut self.timer {
            timer.number(frame);
        }
    }

    /// Draws the damaged pixels of `list` at `scale` device px per logical px into a picture of `size` and the
    /// picture into `view`, which has that size. The first frame, and the first of another size, draws all.
    /// Nothing is submitted, but where masks are more than they may be ([`set_most`](crate::glyphs::GlyphCache::set_most)): then the picture is drawn
    /// in portions, which go to the device one by one and touch nothing but the painter's own textures.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`] if the device has no texture of this size.
    #[allow(clippy::too_many_arguments)] // the embedding contract
    pub fn encode(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        view: &wgpu::TextureView,
        list: &DisplayList,
        resources: &mut Resources<'_>,
        size: (u32, u32),
        scale: f32,
        damage: &[DeviceRect],
    ) -> Result<(), GpuError> {
        if size.0 > self.max_side || size.1 > self.max_side {
            self.preparer.keep_layers(&[]);
            return Err(GpuError::TooLarge(size.0, size.1));
        }
        self.stats = GpuStats::default();
        if size.0 == 0 || size.1 == 0 {
            self.preparer.keep_layers(&[]);
            return Ok(());
        }
        if self.target.as_ref().is_none_or(|t| t.size != size) {
            self.target = Some(Texel::new(device, &self.pipelines, size));
            self.complete = false;
        }
        if let Some(timer) = &mut self.timer {
            timer.begin(device);
        }
        let all = [DeviceRect::of_size(size.0, size.1)];
        let damage = if self.complete { damage } else { &all };
        let drawn = if self.preparer.prepare_or_cut(list, resources, (size, scale), damage) {
            self.draw_portions(device, queue, list, resources, (size, scale))
        } else {
            self.draw_prepared(device, queue, encoder, resources)
        };
        self.complete = drawn.is_ok();
        if drawn.is_err() {
            // What was to be kept may not have been drawn.
            self.drop_layers();
        }
        drawn?;
        self.present(encoder, view);
        if let Some(timer) = &mut self.timer {
            timer.resolve(encoder);
        }
        Ok(())
    }

    fn draw_portions(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        list: &DisplayList,
        resources: &mut Resources<'_>,
        on: ((u32, u32), f32),
    ) -> Result<(), GpuError> {
        self.drop_layers();
        while self.preparer.next_portion(list, resources, on) {
            let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("portion") });
            self.draw_prepared(device, queue, &mut encoder, resources)?;
            // Pages are written anew for the next portion only once this one is on its way.
            queue.submit([encoder.finish()]);
            // The next one leaves it as it is.
            self.complete = true;
        }
        Ok(())
    }

    fn draw_prepared(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        resources: &mut Resources<'_>,
    ) -> Result<(), GpuError> {
        if self.preparer.frame().damage.is_empty() {
            return Ok(());
        }
        let preparer = std::mem::take(&mut self.preparer);
        let drawn = self.draw(device, queue, encoder, preparer.frame(), resources);
        self.preparer = preparer;
        drawn
    }

    fn draw(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        frame: &Frame,
        resources: &mut Resources<'_>,
    ) -> Result<(), GpuError> {
        let mut rebind = self.pages.update(device, queue, resources.glyphs, &mut self.stats.uploaded);
        rebind |= self.data.fit(device, frame.data.rows(), self.max_side)?;
        self.data.write(queue, encoder, frame.data.rows(), &mut self.uploads, &mut self.stats.uploaded);
        let bound = self.images.bound();
        self.images.begin_frame();
        for path in &frame.paths {
            self.meshes.ensure(device, queue, path, &mut self.stats.uploaded);
        }
        let Assigned { surfaces, blurs } = self.pool.assign(device, &self.pipelines, frame);
        self.write_instances(device, queue, encoder, frame);
        if self.write_uniforms(device, queue, encoder, frame, &surfaces) {
            self.bindings = Bindings::default();
        } else if rebind {
            self.bindings.common = None;
        }
        self.stats.bound = (self.images.bound() - bound) as u32;
        self.bind(device, frame);
        // Records of passes stand behind those of surfaces, in order.
        let mut record = frame.surfaces.len() as u64;
        let mut blurs = blurs.into_iter();
        for (index, pass) in frame.passes.iter().enumerate() {
            match pass {
                Pass::Draw { surface, clear, .. } => {
                    self.draw_pass(encoder, frame, &surfaces, *surface, *clear, index);
                }
                Pass::Mesh { surface, path } => {
                    self.mesh_pass(encoder, frame, &surfaces, (*surface, *path), record);
                    record += 1;
                }
                Pass::Blend { from, under, to, .. } => {
                    self.blend_pass(encoder, &surfaces, (*from, *under, *to), record);
                    record += 1;
                }
                Pass::Copy { from, to } => self.copy_pass(encoder, frame, &surfaces, *from, *to),
                Pass::Blur { from, to, .. } => {
                    if let Some(between) = blurs.next() {
                        self.blur_pass(encoder, frame, &surfaces, (*from, *to), &between, record);
                    }
                    record += 3;
                }
            }
        }
        self.uploads.end_frame(encoder);
        self.pool.end_frame();
        self.images.end_frame();
        self.meshes.end_frame();
        Ok(())
    }

    /// Makes the bindings that the frame needs and that are not there.
    fn bind(&mut self, device: &wgpu::Device, frame: &Frame) {
        let (pipelines, uniforms, bound) = (&self.pipelines, &self.uniforms, &mut self.stats.bound);
        let mut make = |group: &mut Option<wgpu::BindGroup>, needed: bool, make: &dyn Fn() -> wgpu::BindGroup| {
            if needed && group.is_none() {
                *group = Some(make());
                *bound += 1;
            }
        };
        let views = (&self.data.view, self.pages.coverage(), self.pages.color());
        let any = |kind: &dyn Fn(&Pass) -> bool| frame.passes.iter().any(kind);
        let all = &mut self.bindings;
        make(&mut all.common, true, &|| pipelines.bind_common(device, uniforms, views));
        make(&mut all.blur, any(&|p| matches!(p, Pass::Blur { .. })), &|| pipelines.bind_blur(device, uniforms));
        make(&mut all.blend, any(&|p| matches!(p, Pass::Blend { .. })), &|| pipelines.bind_blend(device, uniforms));
        make(&mut all.mesh, !frame.paths.is_empty(), &|| pipelines.bind_mesh(device, uniforms));
    }

    fn texel<'a>(&'a self, surfaces: &'a [Option<Texel>], surface: u32) -> Option<&'a Texel> {
        if surface == 0 { self.target.as_ref() } else { surfaces.get(surface as usize)?.as_ref() }
    }
}
