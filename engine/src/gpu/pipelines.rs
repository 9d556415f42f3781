//! Shaders, bind group layouts and pipelines, all made up front.

use super::device::Gpu;
use super::pipeline_store::PipelineStore;
use crate::paint::prepare::prim::Join;
use crate::paint::prepare::{Prim, PrimKind};
use std::path::Path;

/// The format of the picture and of layers.
pub const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;
/// Distance of uniform records: the alignment that every device takes.
pub const UNIFORM_STRIDE: u64 = 256;
/// Weights of a blur, from its middle outwards.
pub const BLUR_WEIGHTS: usize = 16;

/// What a pipeline of primitives can draw. A shader that can do less is faster, most of all on software GPUs, which
/// run every branch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variant {
    /// Rectangles and masks, without clips.
    Plain,
    /// And boxes with corners and borders.
    Boxes,
    /// And shadows.
    Shadows,
    /// And pictures and layers, with clips.
    Pictures,
    /// Everything.
    All,
    /// Layers as masks: what is there is multiplied by their opacity.
    Mask,
    /// Layers in place of what is there, less where that is.
    Outside,
    /// Layers and what is there, each less where the other one is.
    Exclude,
}

impl Variant {
    /// All of them, as the pipelines stand in order.
    pub const EACH: [Variant; 8] = [
        Variant::Plain,
        Variant::Boxes,
        Variant::Shadows,
        Variant::Pictures,
        Variant::All,
        Variant::Mask,
        Variant::Outside,
        Variant::Exclude,
    ];

    /// The least that draws a primitive.
    pub fn of(prim: &Prim) -> Variant {
        let clipped = prim.clip != 0;
        match prim.kind() {
            PrimKind::Layer if prim.join() == Join::Mask => Variant::Mask,
            PrimKind::Layer if prim.join() == Join::Outside => Variant::Outside,
            PrimKind::Layer if prim.join() == Join::Exclude => Variant::Exclude,
            PrimKind::Image | PrimKind::Layer => Variant::Pictures,
            PrimKind::Solid | PrimKind::Mask | PrimKind::ColorMask if clipped => Variant::Pictures,
            PrimKind::Solid | PrimKind::Mask | PrimKind::ColorMask => Variant::Plain,
            PrimKind::Quad if !clipped => Variant::Boxes,
            PrimKind::Shadow if !clipped => Variant::Shadows,
            _ => Variant::All,
        }
    }

    /// True if it draws all that another one does.
    pub fn covers(self, other: Variant) -> bool {
        let over = |v: Variant| v.blend() == Variant::All.blend();
        self == other || over(self) && over(other) && (self == Variant::All || other == Variant::Plain)
    }

    /// The least that draws all that either does, if there is one.
    pub fn with(self, other: Variant) -> Option<Variant> {
        match () {
            () if self.covers(other) => Some(self),
            () if other.covers(self) => Some(other),
            () => (Variant::All.covers(self) && Variant::All.covers(other)).then_some(Variant::All),
        }
    }

    /// How what it draws comes together with what is there.
    fn blend(self) -> wgpu::BlendState {
        use wgpu::BlendFactor::{OneMinusDstAlpha, OneMinusSrcAlpha, SrcAlpha, Zero};
        let both = |src_factor, dst_factor| {
            let component = wgpu::BlendComponent { src_factor, dst_factor, operation: wgpu::BlendOperation::Add };
            wgpu::BlendState { color: component, alpha: component }
        };
        match self {
            Variant::Mask => both(Zero, SrcAlpha),
            Variant::Outside => both(OneMinusDstAlpha, Zero),
            Variant::Exclude => both(OneMinusDstAlpha, OneMinusSrcAlpha),
            _ => wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING,
        }
    }

    /// The constants of `prim.wgsl`.
    fn constants(self) -> [(&'static str, f64); 5] {
        let on = |variant| f64::from(u8::from(self == variant || self == Variant::All));
        let layers = matches!(self, Variant::Mask | Variant::Outside | Variant::Exclude);
        [
            ("BOXES", on(Variant::Boxes)),
            ("SHADOWS", on(Variant::Shadows)),
            ("PICTURES", on(Variant::Pictures).max(f64::from(u8::from(layers)))),
            ("CLIPS", on(Variant::Pictures).max(f64::from(u8::from(layers)))),
            ("REST", on(Variant::All)),
        ]
    }
}

/// Uniforms of a surface; `Globals` in `prim.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Globals {
    /// Device pixel of the first texel.
    pub origin: [f32; 2],
    /// Texels.
    pub size: [f32; 2],
}

/// Uniforms of a blur step; `Blur` in `blur.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub struct BlurUniform {
    /// Texels that count, and whether the edge goes on.
    pub source: [i32; 4],
    /// Direction, radius, block.
    pub axis: [i32; 4],
    /// Weights.
    pub weights: [f32; BLUR_WEIGHTS],
}

/// Uniforms of a blend; `Blend` in `blend.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub struct BlendUniform {
    /// The mode's number.
    pub mode: [u32; 4],
}

/// Uniforms of a mesh; `Mesh` in `mesh.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub struct MeshUniform {
    /// Device pixel of the surface's first texel, and its texels.
    pub place: [f32; 4],
    /// From the mesh's units to device px: a b c d.
    pub linear: [f32; 4],
    /// e f.
    pub moved: [f32; 4],
}

const _: () = assert!(size_of::<MeshUniform>() == 48);
const _: () = assert!(size_of::<Globals>() == 16 && size_of::<BlurUniform>() == 96);
const _: () = assert!(size_of::<BlurUniform>() as u64 <= UNIFORM_STRIDE);

/// The pipelines with the layouts of what they read. Compiling them is what takes longest before a first picture: a host
/// makes them while a mini-program loads, and once for all that it shows.
pub struct Pipelines {
    device: wgpu::Device,
    format: wgpu::TextureFormat,
    /// Primitives over a surface, by [`Variant`].
    pub prim: [wgpu::RenderPipeline; 8],
    /// Averages of blocks.
    pub reduce: wgpu::RenderPipeline,
    /// One axis of a blur.
    pub spread: wgpu::RenderPipeline,
    /// Colours blended with those below.
    pub blend: wgpu::RenderPipeline,
    /// Coverage of triangles.
    pub mesh: wgpu::RenderPipeline,
    /// The picture onto a view.
    pub blit: wgpu::RenderPipeline,
    blit_module: wgpu::ShaderModule,
    common: wgpu::BindGroupLayout,
    uniform: wgpu::BindGroupLayout,
    mesh_uniform: wgpu::BindGroupLayout,
    blend_uniform: wgpu::BindGroupLayout,
    picture: wgpu::BindGroupLayout,
}

const ADD: wgpu::BlendComponent = wgpu::BlendComponent {
    src_factor: wgpu::BlendFactor::One,
    dst_factor: wgpu::BlendFactor::One,
    operation: wgpu::BlendOperation::Add,
};

fn texture(
    binding: u32,
    sample: wgpu::TextureSampleType,
    dim: wgpu::TextureViewDimension,
) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty: wgpu::BindingType::Texture { sample_type: sample, view_dimension: dim, multisampled: false },
        count: None,
    }
}

fn uniform(visibility: wgpu::ShaderStages, size: usize) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding: 0,
        visibility,
        ty: wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Uniform,
            has_dynamic_offset: true,
            min_binding_size: wgpu::BufferSize::new(size as u64),
        },
        count: None,
    }
}

struct Parts<'a> {
    label: &'a str,
    module: &'a wgpu::ShaderModule,
    groups: &'a [Option<&'a wgpu::BindGroupLayout>],
    fragment: &'a str,
    buffers: &'a [Option<wgpu::VertexBufferLayout<'a>>],
    format: wgpu::TextureFormat,
    blend: Option<wgpu::BlendState>,
    strip: bool,
    constants: &'a [(&'a str, f64)],
    cache: Option<&'a wgpu::PipelineCache>,
}

fn pipeline(device: &wgpu::Device, p: &Parts<'_>) -> wgpu::RenderPipeline {
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(p.label),
        bind_group_layouts: p.groups,
        immediate_size: 0,
    });
    let strip = p.strip;
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(p.label),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: p.module,
            entry_point: Some("vs"),
            compilation_options: Default::default(),
            buffers: p.buffers,
        },
        primitive: wgpu::PrimitiveState {
            topology: if strip {
                wgpu::PrimitiveTopology::TriangleStrip
            } else {
                wgpu::PrimitiveTopology::TriangleList
            },
            ..Default::default()
        },
        depth_stencil: None,
        multisample: Default::default(),
        fragment: Some(wgpu::FragmentState {
            module: p.module,
            entry_point: Some(p.fragment),
            compilation_options: wgpu::PipelineCompilationOptions { constants: p.constants, ..Default::default() },
            targets: &[Some(wgpu::ColorTargetState {
                format: p.format,
                blend: p.blend,
                write_mask: wgpu::ColorWrites::ALL,
            })],
        }),
        multiview_mask: None,
        cache: p.cache,
    })
}

/// A picture onto a view.
fn onto_view(
    device: &wgpu::Device,
    module: &wgpu::ShaderModule,
    picture: &wgpu::BindGroupLayout,
    format: wgpu::TextureFormat,
    blend: Option<wgpu::BlendState>,
    cache: Option<&wgpu::PipelineCache>,
) -> wgpu::RenderPipeline {
    let parts = Parts {
        label: "blit",
        module,
        groups: &[Some(picture)],
        fragment: "fs",
        buffers: &[],
        format,
        blend,
        strip: false,
        constants: &[],
        cache,
    };
    pipeline(device, &parts)
}

impl Pipelines {
    /// The device that they are for.
    pub fn device(&self) -> &wgpu::Device {
        &self.device
    }

    /// True if they draw on `device` into views of `format`.
    pub fn fits(&self, device: &wgpu::Device, format: wgpu::TextureFormat) -> bool {
        self.device == *device && self.format == format
    }

    /// Makes everything; `format` is that of the views presented to.
    pub fn new(device: &wgpu::Device, format: wgpu::TextureFormat) -> Pipelines {
        Pipelines::with(device, format, None)
    }

    /// Makes everything with what the driver has compiled in earlier runs, which `folder` keeps for the next ones. A
    /// folder that cannot be read or written costs time only.
    pub fn kept(gpu: &Gpu, format: wgpu::TextureFormat, folder: Option<&Path>) -> Pipelines {
        let store = folder.and_then(|folder| PipelineStore::open(gpu, folder));
        let made = Pipelines::with(&gpu.device, format, store.as_ref().map(PipelineStore::cache));
        if let Some(store) = store {
            let _ = store.save();
        }
        made
    }

    /// Makes everything, with a driver's data where there is some.
    pub fn with(device: &wgpu::Device, format: wgpu::TextureFormat, cache: Option<&wgpu::PipelineCache>) -> Pipelines {
        use wgpu::{ShaderStages, TextureSampleType, TextureViewDimension};
        let float = TextureSampleType::Float { filterable: false };
        let layout = |label, entries: &[wgpu::BindGroupLayoutEntry]| {
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(label), entries })
        };
        let common = layout(
            "common",
            &[
                uniform(ShaderStages::VERTEX_FRAGMENT, size_of::<Globals>()),
                texture(1, TextureSampleType::Uint, TextureViewDimension::D2),
                texture(2, float, TextureViewDimension::D2Array),
                texture(3, float, TextureViewDimension::D2Array),
            ],
        );
        let blur = layout("blur", &[uniform(ShaderStages::FRAGMENT, size_of::<BlurUniform>())]);
        let mesh_uniform = layout("mesh", &[uniform(ShaderStages::VERTEX, size_of::<MeshUniform>())]);
        let blend_uniform = layout("blend", &[uniform(ShaderStages::FRAGMENT, size_of::<BlendUniform>())]);
        let picture = layout("picture", &[texture(0, float, TextureViewDimension::D2)]);
        let module = |label, source: &'static str| {
            let source = wgpu::ShaderSource::Wgsl(source.into());
            device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(label), source })
        };
        let prim = module("prim", include_str!("../../../shaders/prim.wgsl"));
        let blurs = module("blur", include_str!("../../../shaders/blur.wgsl"));
        let blends = module("blend", include_str!("../../../shaders/blend.wgsl"));
        let mesh = module("mesh", include_str!("../../../shaders/mesh.wgsl"));
        let blit = module("blit", include_str!("../../../shaders/blit.wgsl"));
        let attribute = |format, offset, shader_location| wgpu::VertexAttribute { format, offset, shader_location };
        let instance = wgpu::VertexBufferLayout {
            array_stride: 48,
            step_mode: wgpu::VertexStepMode::Instance,
            attributes: &[
                attribute(wgpu::VertexFormat::Sint32x4, 0, 0),
                attribute(wgpu::VertexFormat::Uint32x4, 16, 1),
                attribute(wgpu::VertexFormat::Sint32x4, 32, 2),
            ],
        };
        let make = |label, module, groups: &[Option<&wgpu::BindGroupLayout>], fragment| {
            let parts = Parts {
                label,
                module,
                groups,
                fragment,
                buffers: &[],
                format: FORMAT,
                blend: None,
                strip: false,
                constants: &[],
                cache,
            };
            pipeline(device, &parts)
        };
        Pipelines {
            device: device.clone(),
            format,
            prim: Variant::EACH.map(|variant| {
                pipeline(
                    device,
                    &Parts {
                        label: "prim",
                        module: &prim,
                        groups: &[Some(&common), Some(&picture)],
                        fragment: "fs",
                        buffers: &[Some(instance.clone())],
                        format: FORMAT,
                        blend: Some(variant.blend()),
                        strip: true,
                        constants: &variant.constants(),
                        cache,
                    },
                )
            }),
            reduce: make("reduce", &blurs, &[Some(&blur), Some(&picture)], "reduce"),
            spread: make("spread", &blurs, &[Some(&blur), Some(&picture)], "spread"),
            blend: make("blend", &blends, &[Some(&blend_uniform), Some(&picture), Some(&picture)], "fs"),
            mesh: pipeline(
                device,
                &Parts {
                    label: "mesh",
                    module: &mesh,
                    groups: &[Some(&mesh_uniform)],
                    fragment: "fs",
                    buffers: &[Some(wgpu::VertexBufferLayout {
                        array_stride: 8,
                        step_mode: wgpu::VertexStepMode::Vertex,
                        attributes: &[attribute(wgpu::VertexFormat::Float32x2, 0, 0)],
                    })],
                    format: FORMAT,
                    blend: Some(wgpu::BlendState { color: ADD, alpha: ADD }),
                    strip: false,
                    constants: &[],
                    cache,
                },
            ),
            blit: onto_view(device, &blit, &picture, format, None, cache),
            blit_module: blit,
            common,
            uniform: blur,
            mesh_uniform,
            blend_uniform,
            picture,
        }
    }

    /// A picture over what a view holds.
    pub fn over(&self) -> wgpu::RenderPipeline {
        let blend = Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING);
        onto_view(&self.device, &self.blit_module, &self.picture, self.format, blend, None)
    }

    /// The binding of a texture that primitives show.
    pub fn bind_picture(&self, device: &wgpu::Device, view: &wgpu::TextureView) -> wgpu::BindGroup {
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("picture"),
            layout: &self.picture,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(view) }],
        })
    }

    /// The binding of what all primitives read: uniforms, data, coverage pages, colour pages.
    pub fn bind_common(
        &self,
        device: &wgpu::Device,
        uniforms: &wgpu::Buffer,
        (data, coverage, color): (&wgpu::TextureView, &wgpu::TextureView, &wgpu::TextureView),
    ) -> wgpu::BindGroup {
        let view = |binding, view| wgpu::BindGroupEntry { binding, resource: wgpu::BindingResource::TextureView(view) };
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("common"),
            layout: &self.common,
            entries: &[record(uniforms, size_of::<Globals>()), view(1, data), view(2, coverage), view(3, color)],
        })
    }

    /// The binding of a mesh's uniforms.
    pub fn bind_mesh(&self, device: &wgpu::Device, uniforms: &wgpu::Buffer) -> wgpu::BindGroup {
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("mesh"),
            layout: &self.mesh_uniform,
            entries: &[record(uniforms, size_of::<MeshUniform>())],
        })
    }

    /// The binding of a blend's uniforms.
    pub fn bind_blend(&self, device: &wgpu::Device, uniforms: &wgpu::Buffer) -> wgpu::BindGroup {
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("blend"),
            layout: &self.blend_uniform,
            entries: &[record(uniforms, size_of::<BlendUniform>())],
        })
    }

    /// The binding of a blur's uniforms.
    pub fn bind_blur(&self, device: &wgpu::Device, uniforms: &wgpu::Buffer) -> wgpu::BindGroup {
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("blur"),
            layout: &self.uniform,
            entries: &[record(uniforms, size_of::<BlurUniform>())],
        })
    }
}

fn record(buffer: &wgpu::Buffer, size: usize) -> wgpu::BindGroupEntry<'_> {
    let size = wgpu::BufferSize::new(size as u64);
    let resource = wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer, offset: 0, size });
    wgpu::BindGroupEntry { binding: 0, resource }
}
