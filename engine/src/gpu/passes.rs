//! The steps of a frame as render passes.

use super::GpuPainter;
use super::batches::Bound;
use super::pipelines::UNIFORM_STRIDE;
use super::surfaces::Texel;
use super::timing::{Stamps, Timer};
use crate::paint::geometry::DeviceRect;
use crate::paint::prepare::Frame;

/// Points of a pixel that a mesh is looked at; `SAMPLES` in `mesh.wgsl`.
const MESH_SAMPLES: u32 = 17;
/// What a surface begins with.
const CLEAR: wgpu::LoadOp<wgpu::Color> = wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT);

/// The stamps of a pass, if it is the first of its frame.
fn first(timer: &mut Option<Timer>) -> Option<Stamps<'_>> {
    timer.as_mut()?.first()
}

/// The stamps of the last pass of a frame.
fn last(timer: &mut Option<Timer>) -> Option<Stamps<'_>> {
    timer.as_mut()?.last()
}

impl GpuPainter {
    pub(super) fn draw_pass(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        frame: &Frame,
        surfaces: &[Option<Texel>],
        surface: u32,
        clear: bool,
        index: usize,
    ) {
        let Some(common) = self.bindings.common.clone() else { return };
        let Some(view) = self.texel(surfaces, surface).map(|t| t.view.clone()) else { return };
        let load = if (clear && surface != 0) || (self.over.is_some() && surface == 0) {
            CLEAR
        } else if !self.complete && clear {
            // Nothing to keep yet; the background is drawn over it.
            wgpu::LoadOp::Clear(wgpu::Color::BLACK)
        } else {
            wgpu::LoadOp::Load
        };
        let mut pass = begin(encoder, "draw", &view, load, first(&mut self.timer));
        self.stats.passes += 1;
        pass.set_bind_group(0, &common, &[surface * UNIFORM_STRIDE as u32]);
        pass.set_vertex_buffer(0, self.instances.slice(..));
        let own = frame.surfaces[surface as usize].rect;
        let one = [own];
        let regions: &[DeviceRect] = if surface == 0 { &frame.damage } else { &one };
        for region in regions {
            let r = region.intersect(&own);
            if r.is_empty() {
                continue;
            }
            let (x, y) = ((r.x0 - own.x0) as u32, (r.y0 - own.y0) as u32);
            pass.set_scissor_rect(x, y, r.width() as u32, r.height() as u32);
            for batch in &self.scratch.batcher.batches[self.scratch.passes[index].clone()] {
                let group = match batch.picture {
                    Bound::Any => Some(self.images.nothing()),
                    Bound::Page(page) => self.images.page(page),
                    Bound::Own(key) => self.images.own(key),
                    Bound::External(slot) => self.externals.get(&slot),
                    Bound::Surface(i) => self.texel(surfaces, i).map(|t| &t.group),
                };
                // A picture that the device does not have leaves the rest of its batch as it is.
                let group = group.unwrap_or_else(|| self.images.nothing());
                pass.set_pipeline(&self.pipelines.prim[batch.variant as usize]);
                pass.set_bind_group(1, group, &[]);
                pass.draw(0..4, batch.instances.clone());
                self.stats.draws += 1;
            }
        }
    }

    pub(super) fn copy_pass(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        frame: &Frame,
        surfaces: &[Option<Texel>],
        from: u32,
        to: u32,
    ) {
        let (a, b) = (frame.surfaces[from as usize].rect, frame.surfaces[to as usize].rect);
        let shared = a.intersect(&b);
        let (Some(source), Some(target)) = (self.texel(surfaces, from), self.texel(surfaces, to)) else { return };
        if shared.is_empty() {
            return;
        }
        let at = |texture, rect: &DeviceRect| wgpu::TexelCopyTextureInfo {
            texture,
            mip_level: 0,
            origin: wgpu::Origin3d { x: (shared.x0 - rect.x0) as u32, y: (shared.y0 - rect.y0) as u32, z: 0 },
            aspect: wgpu::TextureAspect::All,
        };
        let size =
            wgpu::Extent3d { width: shared.width() as u32, height: shared.height() as u32, depth_or_array_layers: 1 };
        encoder.copy_texture_to_texture(at(&source.texture, &a), at(&target.texture, &b), size);
    }

    #[allow(clippy::too_many_arguments)] // the parts of one frame
    pub(super) fn blur_pass(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        frame: &Frame,
        surfaces: &[Option<Texel>],
        (from, to): (u32, u32),
        (small, across): &(Texel, Texel),
        record: u64,
    ) {
        let Some(uniforms) = self.bindings.blur.clone() else { return };
        let offset = record * UNIFORM_STRIDE;
        let (Some(source), Some(target)) = (self.texel(surfaces, from), self.texel(surfaces, to)) else { return };
        let (source, target) = (source.clone(), target.clone());
        let reduced = frame.surfaces[to as usize].step > 1;
        let steps = [
            (&self.pipelines.reduce, &source, small, 0),
            (&self.pipelines.spread, if reduced { small } else { &source }, across, 1),
            (&self.pipelines.spread, across, &target, 2),
        ];
        for (pipeline, input, output, index) in steps {
            if index == 0 && !reduced {
                continue;
            }
            let mut pass = begin(encoder, "blur", &output.view, CLEAR, first(&mut self.timer));
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, &uniforms, &[(offset + index * UNIFORM_STRIDE) as u32]);
            pass.set_bind_group(1, &input.group, &[]);
            pass.draw(0..3, 0..1);
            self.stats.draws += 1;
            self.stats.passes += 1;
        }
    }

    pub(super) fn blend_pass(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        surfaces: &[Option<Texel>],
        (from, under, to): (u32, u32, u32),
        record: u64,
    ) {
        let texels = (self.texel(surfaces, from), self.texel(surfaces, under), self.texel(surfaces, to));
        let (Some(source), Some(below), Some(target)) = texels else { return };
        let Some(uniforms) = &self.bindings.blend else { return };
        let mut pass = begin(encoder, "blend", &target.view, CLEAR, None);
        pass.set_pipeline(&self.pipelines.blend);
        pass.set_bind_group(0, uniforms, &[(record * UNIFORM_STRIDE) as u32]);
        pass.set_bind_group(1, &source.group, &[]);
        pass.set_bind_group(2, &below.group, &[]);
        pass.draw(0..3, 0..1);
        drop(pass);
        self.stats.draws += 1;
        self.stats.passes += 1;
    }

    pub(super) fn mesh_pass(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        frame: &Frame,
        surfaces: &[Option<Texel>],
        (surface, path): (u32, u32),
        record: u64,
    ) {
        let Some(view) = self.texel(surfaces, surface).map(|t| t.view.clone()) else { return };
        let mut pass = begin(encoder, "mesh", &view, CLEAR, first(&mut self.timer));
        self.stats.passes += 1;
        let Some(mesh) = frame.paths.get(path as usize).and_then(|p| self.meshes.get(p)) else { return };
        let Some(uniforms) = &self.bindings.mesh else { return };
        pass.set_pipeline(&self.pipelines.mesh);
        pass.set_bind_group(0, uniforms, &[(record * UNIFORM_STRIDE) as u32]);
        pass.set_vertex_buffer(0, mesh.vertices.slice(..));
        pass.set_index_buffer(mesh.indices.slice(..), wgpu::IndexFormat::Uint32);
        pass.draw_indexed(0..mesh.count, 0, 0..MESH_SAMPLES);
        self.stats.draws += 1;
    }

    /// Copies the picture to the view.
    pub(super) fn present(&mut self, encoder: &mut wgpu::CommandEncoder, view: &wgpu::TextureView) {
        let Some(target) = &self.target else { return };
        let load = if self.over.is_some() { wgpu::LoadOp::Load } else { wgpu::LoadOp::Clear(wgpu::Color::BLACK) };
        let mut pass = begin(encoder, "present", view, load, last(&mut self.timer));
        pass.set_pipeline(self.over.as_ref().unwrap_or(&self.pipelines.blit));
        pass.set_bind_group(0, &target.group, &[]);
        pass.draw(0..3, 0..1);
        self.stats.draws += 1;
        self.stats.passes += 1;
    }
}

fn begin<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    label: &str,
    view: &wgpu::TextureView,
    load: wgpu::LoadOp<wgpu::Color>,
    stamps: Option<Stamps<'_>>,
) -> wgpu::RenderPass<'a> {
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations { load, store: wgpu::StoreOp::Store },
        })],
        depth_stencil_attachment: None,
        timestamp_writes: stamps,
        occlusion_query_set: None,
        multiview_mask: None,
    })
}
