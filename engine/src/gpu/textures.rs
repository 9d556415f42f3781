//! What primitives read, on the device: the pages of masks, the data table, images.

use super::GpuError;
use super::pipelines::Pipelines;
use crate::glyphs::{GlyphCache, PAGE_SIZE, Page, PageCursor};
use crate::images::Bitmap;
use crate::paint::geometry::DeviceRect;
use crate::paint::prepare::Texture;
use rustc_hash::FxHashMap;

/// Rows of the data table in a row of its texture.
const DATA_WIDTH: u32 = 1024;

fn texture(
    device: &wgpu::Device,
    label: &str,
    size: (u32, u32, u32),
    levels: u32,
    format: wgpu::TextureFormat,
) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d { width: size.0, height: size.1, depth_or_array_layers: size.2 },
        mip_level_count: levels,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    })
}

/// Pages of one kind as the layers of an array texture.
struct Stack {
    label: &'static str,
    channels: u32,
    texture: wgpu::Texture,
    view: wgpu::TextureView,
    cursors: Vec<Option<PageCursor>>,
}

impl Stack {
    fn new(device: &wgpu::Device, label: &'static str, channels: u32, layers: u32) -> Stack {
        let format = if channels == 1 { wgpu::TextureFormat::R8Unorm } else { wgpu::TextureFormat::Rgba8Unorm };
        // One layer would be no array on some devices.
        let texture = texture(device, label, (PAGE_SIZE, PAGE_SIZE, layers.max(2)), 1, format);
        let view = texture.create_view(&wgpu::TextureViewDescriptor {
            dimension: Some(wgpu::TextureViewDimension::D2Array),
            ..Default::default()
        });
        Stack { label, channels, texture, view, cursors: Vec::new() }
    }

    /// Writes what changed; true if the texture is a new one.
    fn update(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, pages: &[Page], uploaded: &mut u64) -> bool {
        // Pages beyond what the device has layers for are not shown.
        let pages = &pages[..pages.len().min(device.limits().max_texture_array_layers as usize)];
        let grown = pages.len() as u32 > self.texture.depth_or_array_layers();
        if grown {
            let layers = (pages.len() as u32).next_power_of_two().min(device.limits().max_texture_array_layers);
            *self = Stack::new(device, self.label, self.channels, layers);
        }
        self.cursors.resize(pages.len(), None);
        for (layer, (page, cursor)) in pages.iter().zip(&mut self.cursors).enumerate() {
            let (rect, next) = page.changed_since(*cursor);
            *cursor = Some(next);
            if rect.is_empty() {
                continue;
            }
            // Whole rows: one copy each, whatever the width.
            let rect = DeviceRect { x0: 0, x1: PAGE_SIZE as i32, ..rect };
            let stride = page.stride();
            let rows = &page.pixels()[rect.y0 as usize * stride..rect.y1 as usize * stride];
            queue.write_texture(
                wgpu::TexelCopyTextureInfo {
                    texture: &self.texture,
                    mip_level: 0,
                    origin: wgpu::Origin3d { x: 0, y: rect.y0 as u32, z: layer as u32 },
                    aspect: wgpu::TextureAspect::All,
                },
                rows,
                wgpu::TexelCopyBufferLayout {
                    offset: 0,
                    bytes_per_row: Some(PAGE_SIZE * self.channels),
                    rows_per_image: None,
                },
                wgpu::Extent3d { width: PAGE_SIZE, height: rect.height() as u32, depth_or_array_layers: 1 },
            );
            *uploaded += rows.len() as u64;
        }
        grown
    }
}

/// The pages of masks.
pub struct Pages {
    coverage: Stack,
    color: Option<Stack>,
    /// Stands in while there is no coloured glyph.
    no_color: wgpu::TextureView,
}

impl Pages {
    /// Room for the first pages.
    pub fn new(device: &wgpu::Device) -> Pages {
        let nothing = texture(device, "no colour", (1, 1, 2), 1, wgpu::TextureFormat::Rgba8Unorm);
        let no_color = nothing.create_view(&wgpu::TextureViewDescriptor {
            dimension: Some(wgpu::TextureViewDimension::D2Array),
            ..Default::default()
        });
        Pages { coverage: Stack::new(device, "coverage", 1, 2), color: None, no_color }
    }

    /// The coverage pages.
    pub fn coverage(&self) -> &wgpu::TextureView {
        &self.coverage.view
    }

    /// The colour pages.
    pub fn color(&self) -> &wgpu::TextureView {
        self.color.as_ref().map_or(&self.no_color, |c| &c.view)
    }

    /// Writes what changed; true if a view is a new one.
    pub fn update(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        glyphs: &GlyphCache,
        uploaded: &mut u64,
    ) -> bool {
        let mut new = self.coverage.update(device, queue, glyphs.coverage_pages(), uploaded);
        if !glyphs.color_pages().is_empty() {
            let stack = self.color.get_or_insert_with(|| {
                new = true;
                Stack::new(device, "colour", 4, 2)
            });
            new |= stack.update(device, queue, glyphs.color_pages(), uploaded);
        }
        new
    }
}

/// The data table.
pub struct DataTexture {
    texture: wgpu::Texture,
    /// Its view.
    pub view: wgpu::TextureView,
}

impl DataTexture {
    /// Room for a small page.
    pub fn new(device: &wgpu::Device) -> DataTexture {
        Self::of_height(device, 8)
    }

    fn of_height(device: &wgpu::Device, height: u32) -> DataTexture {
        let texture = texture(device, "data", (DATA_WIDTH, height, 1), 1, wgpu::TextureFormat::Rgba32Uint);
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        DataTexture { texture, view }
    }

    /// Writes the table; true if the texture is a new one.
    ///
    /// # Errors
    /// If the table is larger than a texture can be.
    pub fn update(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        rows: &[[u32; 4]],
        max_side: u32,
        uploaded: &mut u64,
    ) -> Result<bool, GpuError> {
        let height = (rows.len() as u32).div_ceil(DATA_WIDTH);
        let grown = height > self.texture.height();
        if grown {
            let wanted = height.next_power_of_two().min(max_side);
            if wanted < height {
                return Err(GpuError::TooLarge(DATA_WIDTH, height));
            }
            *self = Self::of_height(device, wanted);
        }
        let mut write = |y: u32, part: &[[u32; 4]], width: u32| {
            if part.is_empty() {
                return;
            }
            let rows = (part.len() as u32).div_ceil(width);
            let bytes: &[u8] = bytemuck::cast_slice(part);
            queue.write_texture(
                wgpu::TexelCopyTextureInfo {
                    texture: &self.texture,
                    mip_level: 0,
                    origin: wgpu::Origin3d { x: 0, y, z: 0 },
                    aspect: wgpu::TextureAspect::All,
                },
                bytes,
                wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(width * 16), rows_per_image: None },
                wgpu::Extent3d { width, height: rows, depth_or_array_layers: 1 },
            );
            *uploaded += bytes.len() as u64;
        };
        // Full rows at once, then what is left of the last one.
        let full = rows.len() / DATA_WIDTH as usize * DATA_WIDTH as usize;
        write(0, &rows[..full], DATA_WIDTH);
        write((full / DATA_WIDTH as usize) as u32, &rows[full..], (rows.len() - full) as u32);
        Ok(grown)
    }
}

struct Image {
    group: wgpu::BindGroup,
    bytes: u64,
    used: u64,
}

/// Copies of images on the device, kept to a budget.
pub struct ImageCache {
    images: FxHashMap<u64, Image>,
    nothing: wgpu::BindGroup,
    budget: u64,
    bytes: u64,
    frame: u64,
}

impl ImageCache {
    /// A cache that keeps to `budget` bytes.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, pipelines: &Pipelines, budget: u64) -> ImageCache {
        let empty = texture(device, "nothing", (1, 1, 1), 1, wgpu::TextureFormat::Rgba8Unorm);
        queue.write_texture(
            empty.as_image_copy(),
            &[0; 4],
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4), rows_per_image: None },
            wgpu::Extent3d { width: 1, height: 1, depth_or_array_layers: 1 },
        );
        let nothing = pipelines.bind_picture(device, &empty.create_view(&wgpu::TextureViewDescriptor::default()));
        ImageCache { images: FxHashMap::default(), nothing, budget, bytes: 0, frame: 0 }
    }

    /// Sets the budget.
    pub fn set_budget(&mut self, bytes: u64) {
        self.budget = bytes;
    }

    /// Starts a frame.
    pub fn begin_frame(&mut self) {
        self.frame += 1;
    }

    /// The binding that stands for no picture.
    pub fn nothing(&self) -> &wgpu::BindGroup {
        &self.nothing
    }

    /// The binding of a texture, if the device has it.
    pub fn group<'a>(
        &'a self,
        texture: &Texture,
        externals: &'a FxHashMap<u32, wgpu::BindGroup>,
    ) -> Option<&'a wgpu::BindGroup> {
        let bitmap = match texture {
            Texture::External(slot, bitmap) => match externals.get(slot) {
                Some(group) => return Some(group),
                None => bitmap.as_ref()?,
            },
            Texture::Bitmap(bitmap) => bitmap,
        };
        self.images.get(&bitmap.unique()).map(|i| &i.group)
    }

    /// Copies an image to the device if it is not there.
    pub fn ensure(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        pipelines: &Pipelines,
        texture: &Texture,
        max_side: u32,
        uploaded: &mut u64,
    ) {
        let bitmap = match texture {
            Texture::Bitmap(b) | Texture::External(_, Some(b)) => b,
            Texture::External(_, None) => return,
        };
        let frame = self.frame;
        if let Some(image) = self.images.get_mut(&bitmap.unique()) {
            image.used = frame;
            return;
        }
        let first = &bitmap.levels()[0];
        if first.width > max_side || first.height > max_side {
            return;
        }
        let bytes = bitmap.bytes() as u64;
        let group = upload(device, queue, pipelines, bitmap);
        *uploaded += bytes;
        self.bytes += bytes;
        self.images.insert(bitmap.unique(), Image { group, bytes, used: frame });
    }

    /// Ends a frame: images over the budget go, those used longest ago first, never those of this frame.
    pub fn end_frame(&mut self) {
        while self.bytes > self.budget {
            let frame = self.frame;
            let oldest = self.images.iter().filter(|(_, i)| i.used < frame).min_by_key(|(k, i)| (i.used, **k));
            let Some(key) = oldest.map(|(k, _)| *k) else { break };
            if let Some(image) = self.images.remove(&key) {
                self.bytes -= image.bytes;
            }
        }
    }
}

fn upload(device: &wgpu::Device, queue: &wgpu::Queue, pipelines: &Pipelines, bitmap: &Bitmap) -> wgpu::BindGroup {
    let base = bitmap.levels();
    let (width, height) = (base[0].width, base[0].height);
    let texture = texture(device, "image", (width, height, 1), base.len() as u32, wgpu::TextureFormat::Rgba8Unorm);
    for (i, level) in base.iter().enumerate() {
        queue.write_texture(
            wgpu::TexelCopyTextureInfo {
                texture: &texture,
                mip_level: i as u32,
                origin: wgpu::Origin3d::ZERO,
                aspect: wgpu::TextureAspect::All,
            },
            &level.pixels,
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(level.width * 4), rows_per_image: None },
            wgpu::Extent3d { width: level.width, height: level.height, depth_or_array_layers: 1 },
        );
    }
    pipelines.bind_picture(device, &texture.create_view(&wgpu::TextureViewDescriptor::default()))
}
