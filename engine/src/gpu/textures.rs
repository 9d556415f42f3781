//! What primitives read, on the device: the pages of masks and the data table.

use super::GpuError;
use super::uploads::Uploads;
use crate::glyphs::{GlyphCache, PAGE_SIZE, Page, PageCursor};
use crate::paint::geometry::DeviceRect;

/// Rows of the data table in a row of its texture.
const DATA_WIDTH: u32 = 1024;

/// A texture to copy into and to read.
pub fn texture(
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

    /// Writes what changed; true if the texture is a new one. It has room for some more pages, but for `exact`.
    fn update(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        pages: &[Page],
        exact: bool,
        uploaded: &mut u64,
    ) -> bool {
        // Pages beyond what the device has layers for are not shown.
        let most = device.limits().max_texture_array_layers;
        let pages = &pages[..pages.len().min(most as usize)];
        let (needed, there) = (pages.len() as u32, self.texture.depth_or_array_layers());
        let roomy = needed.next_power_of_two().clamp(2, most);
        // What a frame needed once is given back.
        let resized = needed > there || there >= 2 * roomy;
        if resized {
            *self = Stack::new(device, self.label, self.channels, if exact { needed } else { roomy });
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
        resized
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
        // Past what is kept from frame to frame, the GPU has no more than there is.
        let exact = glyphs.is_over_budget();
        let mut new = self.coverage.update(device, queue, glyphs.coverage_pages(), exact, uploaded);
        if self.color.is_some() || !glyphs.color_pages().is_empty() {
            let stack = self.color.get_or_insert_with(|| {
                new = true;
                Stack::new(device, "colour", 4, 2)
            });
            new |= stack.update(device, queue, glyphs.color_pages(), exact, uploaded);
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

    /// Makes room for the table; true if the texture is a new one.
    ///
    /// # Errors
    /// If the table is larger than a texture can be.
    pub fn fit(&mut self, device: &wgpu::Device, rows: &[[u32; 4]], max_side: u32) -> Result<bool, GpuError> {
        let height = (rows.len() as u32).div_ceil(DATA_WIDTH);
        let grown = height > self.texture.height();
        if grown {
            let wanted = height.next_power_of_two().min(max_side);
            if wanted < height {
                return Err(GpuError::TooLarge(DATA_WIDTH, height));
            }
            *self = Self::of_height(device, wanted);
        }
        Ok(grown)
    }

    /// Writes the table, for which there is room.
    pub(super) fn write(
        &self,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        rows: &[[u32; 4]],
        uploads: &mut Uploads,
        uploaded: &mut u64,
    ) {
        let mut write = |y: u32, part: &[[u32; 4]], width: u32| {
            if part.is_empty() {
                return;
            }
            let height = (part.len() as u32).div_ceil(width);
            let bytes: &[u8] = bytemuck::cast_slice(part);
            uploads.rows(queue, encoder, &self.texture, (y, width, height), bytes);
            *uploaded += bytes.len() as u64;
        };
        // Full rows at once, then what is left of the last one.
        let full = rows.len() / DATA_WIDTH as usize * DATA_WIDTH as usize;
        write(0, &rows[..full], DATA_WIDTH);
        write((full / DATA_WIDTH as usize) as u32, &rows[full..], (rows.len() - full) as u32);
    }
}
