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
//! | [`textures`] | glyph pages, images, data table on the device |
//! | [`meshes`] | large paths as triangles |
//! | [`surfaces`] | the picture and layers, with their reuse |
//! | [`device`] | finding a GPU, its loss |
//! | [`headless`] | pictures without a window |

pub mod batches;
pub mod device;
pub mod headless;
pub mod meshes;
mod passes;
pub mod pipelines;
pub mod surfaces;
pub mod textures;

use crate::paint::geometry::DeviceRect;
use crate::paint::list::DisplayList;
use crate::paint::prepare::{Frame, LargePaths, Pass, Preparer, Prim, PrimKind, Resources};
use batches::{Batch, merge, push};
use meshes::MeshCache;
use pipelines::{BLUR_WEIGHTS, BlendUniform, BlurUniform, Globals, MeshUniform, Pipelines, UNIFORM_STRIDE};
use rustc_hash::FxHashMap;
use std::ops::Range;
use surfaces::{Assigned, SurfacePool, Texel};
use textures::{DataTexture, ImageCache, Pages};

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
}

/// Memory that is kept from frame to frame.
#[derive(Default)]
struct Scratch {
    prims: Vec<Prim>,
    batches: Vec<Batch>,
    /// Batches of each pass.
    passes: Vec<Range<usize>>,
    uniforms: Vec<u8>,
}

/// The painter.
pub struct GpuPainter {
    preparer: Preparer,
    pipelines: Pipelines,
    pages: Pages,
    data: DataTexture,
    images: ImageCache,
    meshes: MeshCache,
    pool: SurfacePool,
    target: Option<Texel>,
    /// The target shows a whole picture.
    complete: bool,
    instances: wgpu::Buffer,
    uniforms: wgpu::Buffer,
    common: Option<wgpu::BindGroup>,
    externals: FxHashMap<u32, wgpu::BindGroup>,
    scratch: Scratch,
    stats: GpuStats,
    max_side: u32,
}

fn buffer(device: &wgpu::Device, label: &str, size: u64, usage: wgpu::BufferUsages) -> wgpu::Buffer {
    let usage = usage | wgpu::BufferUsages::COPY_DST;
    device.create_buffer(&wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false })
}

impl GpuPainter {
    /// A painter whose pictures go to views of `format` (not an sRGB one: blending is as browsers do it).
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, format: wgpu::TextureFormat) -> GpuPainter {
        let pipelines = Pipelines::new(device, format);
        let images = ImageCache::new(device, queue, &pipelines, 128 << 20);
        GpuPainter {
            preparer: Preparer::new(LargePaths::Meshes, device.limits().max_texture_dimension_2d),
            pages: Pages::new(device),
            data: DataTexture::new(device),
            images,
            meshes: MeshCache::default(),
            pool: SurfacePool::default(),
            target: None,
            complete: false,
            instances: buffer(device, "instances", 48 * 1024, wgpu::BufferUsages::VERTEX),
            uniforms: buffer(device, "uniforms", UNIFORM_STRIDE * 16, wgpu::BufferUsages::UNIFORM),
            common: None,
            externals: FxHashMap::default(),
            scratch: Scratch::default(),
            stats: GpuStats::default(),
            max_side: device.limits().max_texture_dimension_2d,
            pipelines,
        }
    }

    /// Sets the budget of image textures, bytes.
    pub fn set_image_budget(&mut self, bytes: u64) {
        self.images.set_budget(bytes);
    }

    /// Supplies the texture of a slot (premultiplied, not sRGB), or takes it away. Its size is what
    /// [`crate::images::ImageStore::set_external`] says.
    pub fn set_external(&mut self, device: &wgpu::Device, slot: u32, view: Option<&wgpu::TextureView>) {
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

    /// Draws the damaged pixels of `list` at `scale` device px per logical px into a picture of `size` and the
    /// picture into `view`, which has that size. The first frame, and the first of another size, draws all.
    /// Nothing is submitted.
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
            return Err(GpuError::TooLarge(size.0, size.1));
        }
        self.stats = GpuStats::default();
        if size.0 == 0 || size.1 == 0 {
            return Ok(());
        }
        if self.target.as_ref().is_none_or(|t| t.size != size) {
            self.target = Some(Texel::new(device, &self.pipelines, size));
            self.complete = false;
        }
        let all = [DeviceRect::of_size(size.0, size.1)];
        let damage = if self.complete { damage } else { &all };
        self.preparer.prepare(list, resources, size, scale, damage);
        let preparer = std::mem::take(&mut self.preparer);
        let frame = preparer.frame();
        let drawn = match frame.damage.is_empty() {
            true => Ok(()),
            false => self.draw(device, queue, encoder, frame, resources),
        };
        self.preparer = preparer;
        self.complete = drawn.is_ok();
        drawn?;
        self.present(encoder, view);
        Ok(())
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
        rebind |= self.data.update(device, queue, frame.data.rows(), self.max_side, &mut self.stats.uploaded)?;
        self.images.begin_frame();
        for texture in &frame.textures {
            self.images.ensure(device, queue, &self.pipelines, texture, self.max_side, &mut self.stats.uploaded);
        }
        for path in &frame.paths {
            self.meshes.ensure(device, queue, path, &mut self.stats.uploaded);
        }
        let Assigned { surfaces, blurs } = self.pool.assign(device, &self.pipelines, frame);
        self.write_instances(device, queue, frame);
        rebind |= self.write_uniforms(device, queue, frame, &surfaces);
        if rebind || self.common.is_none() {
            let views = (&self.data.view, self.pages.coverage(), self.pages.color());
            self.common = Some(self.pipelines.bind_common(device, &self.uniforms, views));
        }
        let blurred = frame.passes.iter().any(|p| matches!(p, Pass::Blur { .. }));
        let blur = blurred.then(|| self.pipelines.bind_blur(device, &self.uniforms));
        let blends = frame.passes.iter().any(|p| matches!(p, Pass::Blend { .. }));
        let blend = blends.then(|| self.pipelines.bind_blend(device, &self.uniforms));
        let mesh = (!frame.paths.is_empty()).then(|| self.pipelines.bind_mesh(device, &self.uniforms));
        // Records of passes stand behind those of surfaces, in order.
        let mut record = frame.surfaces.len() as u64;
        let mut blurs = blurs.into_iter();
        for (index, pass) in frame.passes.iter().enumerate() {
            match pass {
                Pass::Draw { surface, clear, .. } => {
                    self.draw_pass(encoder, frame, &surfaces, *surface, *clear, index);
                }
                Pass::Mesh { surface, path } => {
                    if let Some(mesh) = &mesh {
                        self.mesh_pass(encoder, frame, &surfaces, (*surface, *path), mesh, record);
                    }
                    record += 1;
                }
                Pass::Blend { from, under, to, .. } => {
                    if let Some(blend) = &blend {
                        self.blend_pass(encoder, &surfaces, (*from, *under, *to), blend, record);
                    }
                    record += 1;
                }
                Pass::Copy { from, to } => self.copy_pass(encoder, frame, &surfaces, *from, *to),
                Pass::Blur { from, to, .. } => {
                    if let (Some(blur), Some(between)) = (&blur, blurs.next()) {
                        self.blur_pass(encoder, frame, &surfaces, (*from, *to), &between, blur, record);
                    }
                    record += 3;
                }
            }
        }
        self.pool.end_frame();
        self.images.end_frame();
        self.meshes.end_frame();
        Ok(())
    }

    /// Writes all primitives, the background's in front of the target's, and the batches of each pass.
    fn write_instances(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, frame: &Frame) {
        let Scratch { prims: all, batches, passes, .. } = &mut self.scratch;
        all.clear();
        batches.clear();
        passes.clear();
        for pass in &frame.passes {
            let first = batches.len();
            if let Pass::Draw { surface, clear, prims } = pass {
                if *surface == 0 && *clear {
                    for d in &frame.damage {
                        let bounds = [d.x0, d.y0, d.x1, d.y1];
                        let kind = PrimKind::Solid as u32;
                        push(all, batches, first, Prim { bounds, kind, color: frame.background, ..Prim::default() });
                    }
                }
                for prim in &frame.prims[prims.start as usize..prims.end as usize] {
                    push(all, batches, first, *prim);
                }
                merge(batches, first);
            }
            passes.push(first..batches.len());
        }
        let bytes: &[u8] = bytemuck::cast_slice(all);
        if self.instances.size() < bytes.len() as u64 {
            let size = (bytes.len() as u64).next_power_of_two();
            self.instances = buffer(device, "instances", size, wgpu::BufferUsages::VERTEX);
        }
        if !bytes.is_empty() {
            queue.write_buffer(&self.instances, 0, bytes);
        }
        self.stats.prims = all.len() as u32;
        self.stats.uploaded += bytes.len() as u64;
    }

    /// Writes the figures of every surface, then those of every blend, blur and mesh; true if the buffer is a new one.
    fn write_uniforms(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        frame: &Frame,
        surfaces: &[Option<Texel>],
    ) -> bool {
        let stride = UNIFORM_STRIDE as usize;
        let mut bytes = std::mem::take(&mut self.scratch.uniforms);
        bytes.clear();
        let mut add = |value: &[u8]| {
            let end = bytes.len() + stride;
            bytes.extend_from_slice(value);
            bytes.resize(end, 0);
        };
        for (i, s) in frame.surfaces.iter().enumerate() {
            // Textures from the pool may be larger than the surface.
            let size = match surfaces.get(i) {
                Some(Some(t)) => t.size,
                _ => frame.size,
            };
            let origin = [s.rect.x0 as f32, s.rect.y0 as f32];
            add(bytemuck::bytes_of(&Globals { origin, size: [size.0 as f32, size.1 as f32] }));
        }
        for pass in &frame.passes {
            if let Pass::Mesh { surface, path } = pass {
                let at = frame.surfaces[*surface as usize].rect;
                let size = surfaces[*surface as usize].as_ref().map_or((1, 1), |t| t.size);
                let [a, b, c, d, e, f] = frame.paths[*path as usize].matrix;
                let place = [at.x0 as f32, at.y0 as f32, size.0 as f32, size.1 as f32];
                add(bytemuck::bytes_of(&MeshUniform { place, linear: [a, b, c, d], moved: [e, f, 0.0, 0.0] }));
            }
            if let Pass::Blend { mode, .. } = pass {
                add(bytemuck::bytes_of(&BlendUniform { mode: [*mode as u32, 0, 0, 0] }));
            }
            let Pass::Blur { from, to, sigma, extend } = pass else { continue };
            let (source, target) = (frame.surfaces[*from as usize], frame.surfaces[*to as usize]);
            let (sw, sh) = source.texels();
            let (tw, th) = target.texels();
            let extend = i32::from(*extend);
            let mut weights = [0.0; BLUR_WEIGHTS];
            let kernel = crate::cpu::kernel(*sigma);
            for (w, k) in weights.iter_mut().zip(&kernel) {
                *w = *k;
            }
            let radius = (kernel.len().min(BLUR_WEIGHTS) - 1) as i32;
            let reduce = [sw as i32, sh as i32, extend, 0];
            let spread = [tw as i32, th as i32, extend, 0];
            let block = target.step as i32;
            add(bytemuck::bytes_of(&BlurUniform { source: reduce, axis: [0, 0, 0, block], weights }));
            add(bytemuck::bytes_of(&BlurUniform { source: spread, axis: [1, 0, radius, 1], weights }));
            add(bytemuck::bytes_of(&BlurUniform { source: spread, axis: [0, 1, radius, 1], weights }));
        }
        let grown = self.uniforms.size() < bytes.len() as u64;
        if grown {
            let size = (bytes.len() as u64).next_power_of_two();
            self.uniforms = buffer(device, "uniforms", size, wgpu::BufferUsages::UNIFORM);
        }
        queue.write_buffer(&self.uniforms, 0, &bytes);
        self.stats.uploaded += bytes.len() as u64;
        self.scratch.uniforms = bytes;
        grown
    }

    fn texel<'a>(&'a self, surfaces: &'a [Option<Texel>], surface: u32) -> Option<&'a Texel> {
        if surface == 0 { self.target.as_ref() } else { surfaces.get(surface as usize)?.as_ref() }
    }
}
