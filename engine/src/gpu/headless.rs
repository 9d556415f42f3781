//! Pictures without a window: targets and reading them back.

use super::GpuError;
use super::device::Gpu;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A texture of a picture's size that can be drawn into and read back from.
pub fn target(device: &wgpu::Device, size: (u32, u32)) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some("picture"),
        size: wgpu::Extent3d { width: size.0, height: size.1, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Rgba8Unorm,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    })
}

/// Reads a texture of four bytes a texel, row by row without gaps. Waits for the device.
///
/// # Errors
/// [`GpuError`] if the device is lost or refused something since it was opened.
pub fn read_back(gpu: &Gpu, texture: &wgpu::Texture) -> Result<Vec<u8>, GpuError> {
    let device = &gpu.device;
    // A loss is told while the device is polled.
    let _ = device.poll(wgpu::PollType::Poll);
    gpu.health.check()?;
    let (width, height) = (texture.width(), texture.height());
    let row = width as usize * 4;
    let stride = row.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT as usize);
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("read back"),
        size: (stride * height as usize) as u64,
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &buffer,
            layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(stride as u32), rows_per_image: None },
        },
        wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
    );
    let index = gpu.queue.submit([encoder.finish()]);
    let slice = buffer.slice(..);
    let mapped = Arc::new(AtomicBool::new(false));
    let done = mapped.clone();
    slice.map_async(wgpu::MapMode::Read, move |result| done.store(result.is_ok(), Ordering::Release));
    let waited = device.poll(wgpu::PollType::Wait { submission_index: Some(index), timeout: None });
    gpu.health.check()?;
    waited.map_err(|e| GpuError::Device(e.to_string()))?;
    if !mapped.load(Ordering::Acquire) {
        return Err(GpuError::Device("a picture could not be read back".to_owned()));
    }
    let view = slice.get_mapped_range().map_err(|e| GpuError::Device(e.to_string()))?;
    let mut out = Vec::with_capacity(row * height as usize);
    for line in view.chunks_exact(stride) {
        out.extend_from_slice(&line[..row]);
    }
    Ok(out)
}
