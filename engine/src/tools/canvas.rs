//! A picture without a window, by either painter.

use super::driver::Driver;
use crate::gpu::GpuError;
use crate::gpu::device::{Choice, Gpu, Renderer, choose};
use crate::gpu::headless::{read_back, target};
use crate::gpu::pipelines::Pipelines;
use crate::host::app::App;
use std::sync::Arc;
use std::time::Instant;

/// Pictures until one has come to rest, at most.
const ROUNDS: u32 = 4;

/// Where an app without a window is drawn.
pub struct Canvas {
    size: (u32, u32),
    place: Place,
}

enum Place {
    Memory(Vec<u8>),
    Device(Box<Device>),
}

/// A device, and what stays on it from one app to the next.
struct Device {
    gpu: Gpu,
    texture: Option<wgpu::Texture>,
    /// Made at the first frame, and given to all apps that are drawn here.
    pipelines: Option<Arc<Pipelines>>,
}

impl Canvas {
    /// An empty canvas of the painter that was asked for, or that there is.
    ///
    /// # Errors
    /// [`GpuError`] if the GPU painter was asked for and there is no GPU.
    pub fn open(renderer: Renderer) -> Result<Canvas, GpuError> {
        let place = match choose(renderer, Gpu::open)? {
            Choice::Gpu(gpu) => Place::Device(Box::new(Device { gpu, texture: None, pipelines: None })),
            Choice::Cpu(_) => Place::Memory(Vec::new()),
        };
        Ok(Canvas { size: (0, 0), place })
    }

    /// What draws, for people.
    pub fn painter(&self) -> String {
        match &self.place {
            Place::Memory(_) => "CPU".to_owned(),
            Place::Device(device) => device.gpu.name(),
        }
    }

    /// Draws a frame of `app`. It is finished when this returns, on a GPU too.
    ///
    /// # Errors
    /// [`GpuError`] if the GPU failed.
    pub fn draw(&mut self, app: &mut App, now: f64) -> Result<(), GpuError> {
        let size = app.viewport().device_size();
        let fresh = self.size != size;
        self.size = size;
        let stride = size.0 as usize * 4;
        match &mut self.place {
            Place::Memory(pixels) => {
                if fresh {
                    pixels.clear();
                    pixels.resize(stride * size.1 as usize, 0);
                    app.invalidate();
                }
                app.render_cpu(pixels, stride, now);
            }
            Place::Device(device) => {
                let Device { gpu, texture: kept, pipelines } = &mut **device;
                if kept.is_none() {
                    // It may have been drawn on another device before.
                    app.detach_gpu();
                }
                if fresh {
                    *kept = None;
                }
                let texture = kept.get_or_insert_with(|| target(&gpu.device, size));
                let shared = pipelines.get_or_insert_with(|| Arc::new(Pipelines::new(&gpu.device, texture.format())));
                app.use_pipelines(shared.clone());
                let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
                let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
                let token = app.encode_gpu(&gpu.device, &gpu.queue, &mut encoder, &view, now)?;
                let started = Instant::now();
                let index = gpu.queue.submit([encoder.finish()]);
                let wait = wgpu::PollType::Wait { submission_index: Some(index), timeout: None };
                let waited = gpu.device.poll(wait);
                gpu.health.check()?;
                waited.map_err(|e| GpuError::Device(e.to_string()))?;
                app.submitted(token, started.elapsed());
            }
        }
        Ok(())
    }

    /// Draws all of what an app shows, come to rest: a picture of a page may give it another layout where one that it
    /// shows has come.
    ///
    /// # Errors
    /// [`GpuError`] if the GPU failed.
    pub fn draw_at_rest(&mut self, driver: &mut Driver) -> Result<(), GpuError> {
        for _ in 0..ROUNDS {
            let now = driver.now();
            driver.app.invalidate();
            self.draw(&mut driver.app, now)?;
            driver.tick();
            if !driver.app.needs_frame() {
                break;
            }
        }
        Ok(())
    }

    /// The picture's size, px.
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// The picture: RGBA, row by row.
    ///
    /// # Errors
    /// [`GpuError`] if the GPU failed.
    pub fn pixels(&self) -> Result<Vec<u8>, GpuError> {
        match &self.place {
            Place::Memory(pixels) => Ok(pixels.clone()),
            Place::Device(device) => match &**device {
                Device { gpu, texture: Some(texture), .. } => read_back(gpu, texture),
                _ => Ok(Vec::new()),
            },
        }
    }
}
