//! What every frame writes anew, through staging memory that is used again.
//!
//! wgpu's own `Queue::write_buffer` makes a staging buffer for each call. Here copies out of a belt of mapped buffers are
//! part of the frame's commands; the submission maps them again, whenever the host makes it. A frame that a host throws
//! away takes its copies along, so what lasts longer than a frame (glyph pages, pictures, meshes) is written by the
//! queue, which it cannot throw away.

use super::batches::{Bound, reads_picture};
use super::images::{Device, Placed};
use super::pipelines::{BLUR_WEIGHTS, BlendUniform, BlurUniform, Globals, MeshUniform, UNIFORM_STRIDE};
use super::surfaces::Texel;
use super::{CALLS, FEWEST_CALLS, GpuPainter, Scratch, buffer, calls_of};
use crate::paint::prepare::{Frame, Pass, Prim, PrimKind};
use std::num::NonZero;
use wgpu::util::StagingBelt;

/// Bytes of a buffer of the belt: what most pages write in a frame.
const CHUNK: u64 = 256 << 10;

/// Writes to the device within the commands of a frame.
pub struct Uploads {
    belt: StagingBelt,
}

impl Uploads {
    /// Uploads to a device.
    pub fn new(device: &wgpu::Device) -> Uploads {
        Uploads { belt: StagingBelt::new(device.clone(), CHUNK) }
    }

    /// Stages bytes, a multiple of four of them; `None` if the device has no memory for them, as one that is lost.
    fn stage(&mut self, bytes: &[u8], alignment: NonZero<u64>) -> Option<wgpu::BufferSlice<'_>> {
        let slice = self.belt.allocate(NonZero::new(bytes.len() as u64)?, alignment);
        slice.get_mapped_range_mut().ok()?.copy_from_slice(bytes);
        Some(slice)
    }

    /// Writes the beginning of a buffer.
    pub fn buffer(
        &mut self,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        target: &wgpu::Buffer,
        bytes: &[u8],
    ) {
        match self.stage(bytes, const { NonZero::new(wgpu::COPY_BUFFER_ALIGNMENT).unwrap() }) {
            Some(staged) => {
                encoder.copy_buffer_to_buffer(staged.buffer(), staged.offset(), target, 0, bytes.len() as u64);
            }
            None if bytes.is_empty() => {}
            None => queue.write_buffer(target, 0, bytes),
        }
    }

    /// Writes rows of texels of 16 bytes from the row `y` of a texture on.
    pub fn rows(
        &mut self,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        texture: &wgpu::Texture,
        (y, width, height): (u32, u32, u32),
        bytes: &[u8],
    ) {
        let target = wgpu::TexelCopyTextureInfo {
            texture,
            mip_level: 0,
            origin: wgpu::Origin3d { x: 0, y, z: 0 },
            aspect: wgpu::TextureAspect::All,
        };
        let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
        // One row need not have the length that rows have to have.
        let bytes_per_row = (height > 1).then_some(width * 16);
        match self.stage(bytes, const { NonZero::new(16).unwrap() }) {
            Some(staged) => {
                let layout =
                    wgpu::TexelCopyBufferLayout { offset: staged.offset(), bytes_per_row, rows_per_image: None };
                let source = wgpu::TexelCopyBufferInfo { buffer: staged.buffer(), layout };
                encoder.copy_buffer_to_texture(source, target, size);
            }
            None if bytes.is_empty() => {}
            None => {
                let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row, rows_per_image: None };
                queue.write_texture(target, bytes, layout, size);
            }
        }
    }

    /// Ends a frame: what was written is copied when the host submits its commands, and the memory comes back then.
    pub fn end_frame(&mut self, encoder: &wgpu::CommandEncoder) {
        self.belt.finish_and_recall_on_submit(encoder);
    }
}

impl GpuPainter {
    /// Writes all primitives, the background's in front of the target's, and the batches of each pass.
    pub(super) fn write_instances(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        frame: &Frame,
    ) {
        let Scratch { batcher, passes, .. } = &mut self.scratch;
        let (images, uploaded) = (&mut self.images, &mut self.stats.uploaded);
        let on = Device { device, queue, pipelines: &self.pipelines, max_side: self.max_side };
        // Where a picture is, and what of it the shader has to know.
        let mut place = |prim: &mut Prim| {
            if !reads_picture(prim) {
                return Bound::Any;
            }
            let index = prim.params[0].max(0) as u32;
            if prim.kind() == PrimKind::Layer {
                return Bound::Surface(index);
            }
            let Some(texture) = frame.textures.get(index as usize) else { return Bound::Any };
            let level = frame.data.row(prim.data + 6)[2];
            let placed = images.place(&on, texture, level, uploaded);
            let sized = |at: (u32, u32), size: (u32, u32)| {
                [index as i32, at.0 as i32, at.1 as i32, (size.0 | size.1 << 16).cast_signed()]
            };
            match placed {
                Placed::Nothing => Bound::Any,
                Placed::External(slot) => Bound::External(slot),
                Placed::Own(key, size) => {
                    prim.params = sized((0, 0), size);
                    Bound::Own(key)
                }
                Placed::Page(page, at, size) => {
                    prim.params = sized(at, size);
                    Bound::Page(page)
                }
            }
        };
        batcher.clear();
        passes.clear();
        passes.resize(frame.passes.len(), 0..0);
        // Layers come first: what they and the copy to the view leave of the calls is for the picture itself.
        let on_picture = |pass: &Pass| matches!(pass, Pass::Draw { surface: 0, .. });
        let mut on_it = frame.passes.iter().filter(|pass| on_picture(pass)).count();
        let mut calls = CALLS.saturating_sub(1 + frame.passes.iter().map(|pass| calls_of(frame, pass)).sum::<usize>());
        let order = frame.passes.iter().enumerate();
        for (index, pass) in order.clone().filter(|(_, p)| !on_picture(p)).chain(order.filter(|(_, p)| on_picture(p))) {
            let Pass::Draw { surface, clear, prims } = pass else { continue };
            batcher.begin_pass(frame.surfaces[*surface as usize].rect);
            if *surface == 0 && *clear {
                for d in &frame.damage {
                    let bounds = [d.x0, d.y0, d.x1, d.y1];
                    let kind = PrimKind::Solid as u32;
                    batcher.push(Prim { bounds, kind, color: frame.background, ..Prim::default() }, Bound::Any);
                }
            }
            for prim in &frame.prims[prims.start as usize..prims.end as usize] {
                let mut prim = *prim;
                let picture = place(&mut prim);
                // What the device does not have shows nothing.
                if prim.kind() != PrimKind::Image || picture != Bound::Any {
                    batcher.push(prim, picture);
                }
            }
            let most = if *surface == 0 { (calls / on_it.max(1)).max(FEWEST_CALLS) } else { 1 };
            passes[index] = batcher.end_pass(most);
            calls = calls.saturating_sub(passes[index].len());
            on_it -= usize::from(*surface == 0);
        }
        let all = &batcher.instances;
        let bytes: &[u8] = bytemuck::cast_slice(all);
        if self.instances.size() < bytes.len() as u64 {
            let size = (bytes.len() as u64).next_power_of_two();
            self.instances = buffer(device, "instances", size, wgpu::BufferUsages::VERTEX);
        }
        self.uploads.buffer(queue, encoder, &self.instances, bytes);
        self.stats.prims = all.len() as u32;
        self.stats.uploaded += bytes.len() as u64;
    }

    /// Writes the figures of every surface, then those of every blend, blur and mesh; true if the buffer is a new one.
    pub(super) fn write_uniforms(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
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
        self.uploads.buffer(queue, encoder, &self.uniforms, &bytes);
        self.stats.uploaded += bytes.len() as u64;
        self.scratch.uniforms = bytes;
        grown
    }
}
