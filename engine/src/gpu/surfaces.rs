//! The picture and layers as textures, and their reuse from frame to frame.

use super::pipelines::{FORMAT, Pipelines};
use crate::paint::prepare::{Frame, Pass};

/// A texture that is drawn into and read from.
#[derive(Clone, Debug)]
pub struct Texel {
    /// Columns and rows.
    pub size: (u32, u32),
    /// The texture.
    pub texture: wgpu::Texture,
    /// Its view.
    pub view: wgpu::TextureView,
    /// Its binding as a picture.
    pub group: wgpu::BindGroup,
}

impl Texel {
    /// A new one.
    pub fn new(device: &wgpu::Device, pipelines: &Pipelines, size: (u32, u32)) -> Texel {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("surface"),
            size: wgpu::Extent3d { width: size.0, height: size.1, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT
                | wgpu::TextureUsages::TEXTURE_BINDING
                | wgpu::TextureUsages::COPY_SRC
                | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let group = pipelines.bind_picture(device, &view);
        Texel { size, texture, view, group }
    }
}

/// Textures of layers that are gone, kept for the next ones.
#[derive(Default)]
pub struct SurfacePool {
    /// With the number of frames that each has not been used.
    free: Vec<(Texel, u32)>,
    /// Those that are kept from frame to frame, by what frames know them by.
    kept: Vec<Option<Texel>>,
}

/// The textures of a frame.
pub struct Assigned {
    /// By surface; those that are not read at the same time share textures. The target has none.
    pub surfaces: Vec<Option<Texel>>,
    /// What each blur needs between its source and its target, in the order of the passes.
    pub blurs: Vec<(Texel, Texel)>,
}

/// Frames that an unused texture is kept.
const KEPT: u32 = 8;

impl SurfacePool {
    /// A texture of at least this size; sizes are rounded up so that small changes find the same one.
    pub fn take(&mut self, device: &wgpu::Device, pipelines: &Pipelines, size: (u32, u32)) -> Texel {
        let limit = device.limits().max_texture_dimension_2d;
        let round = |v: u32| v.next_multiple_of(64).min(limit).max(v);
        let size = (round(size.0), round(size.1));
        match self.free.iter().position(|(t, _)| t.size == size) {
            Some(i) => self.free.swap_remove(i).0,
            None => Texel::new(device, pipelines, size),
        }
    }

    /// Textures for the surfaces of a frame. Passes run in order, so a texture is free for the next surface once
    /// nothing reads it any more; all are back in the pool at the end.
    pub fn assign(&mut self, device: &wgpu::Device, pipelines: &Pipelines, frame: &Frame) -> Assigned {
        let mut surfaces: Vec<Option<Texel>> = vec![None; frame.surfaces.len()];
        for id in &frame.dropped {
            if let Some(texel) = self.kept.get_mut(*id as usize).and_then(Option::take) {
                self.give(texel);
            }
        }
        for kept in frame.kept.iter().filter(|k| !k.fresh) {
            surfaces[kept.surface as usize] = self.kept.get(kept.id as usize).cloned().flatten();
        }
        let mut blurs = Vec::new();
        for (index, pass) in frame.passes.iter().enumerate() {
            let (Pass::Draw { surface: to, .. }
            | Pass::Mesh { surface: to, .. }
            | Pass::Copy { to, .. }
            | Pass::Blend { to, .. }
            | Pass::Blur { to, .. }) = pass;
            let (width, height) = frame.surfaces[*to as usize].texels();
            let size = (width.max(1), height.max(1));
            if *to > 0 && surfaces[*to as usize].is_none() {
                surfaces[*to as usize] = Some(self.take(device, pipelines, size));
            }
            if matches!(pass, Pass::Blur { .. }) {
                let between = (self.take(device, pipelines, size), self.take(device, pipelines, size));
                self.give(between.0.clone());
                self.give(between.1.clone());
                blurs.push(between);
            }
            for surface in frame.released_after(index) {
                if let Some(texel) = &surfaces[surface] {
                    self.give(texel.clone());
                }
            }
        }
        for kept in frame.kept.iter().filter(|k| k.fresh) {
            let at = kept.id as usize;
            self.kept.resize(self.kept.len().max(at + 1), None);
            self.kept[at] = surfaces[kept.surface as usize].clone();
        }
        Assigned { surfaces, blurs }
    }

    /// Lets go of all textures.
    pub fn clear(&mut self) {
        self.free.clear();
        self.kept.clear();
    }

    /// Gives one back.
    pub fn give(&mut self, texel: Texel) {
        self.free.push((texel, 0));
    }

    /// Ends a frame: what has not been used for a while is freed.
    pub fn end_frame(&mut self) {
        for (_, unused) in &mut self.free {
            *unused += 1;
        }
        self.free.retain(|(_, unused)| *unused <= KEPT);
    }
}
