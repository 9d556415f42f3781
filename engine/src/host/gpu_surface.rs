//! The GPU painter's picture in a window of the host's, where the host has no device of its own to draw with
//! ([`App::encode_gpu`]).
//!
//! A window system takes surfaces away when it likes: after a resize the next frame does not fit, on some systems
//! the surface itself is lost. Both are made good here, within the frame. A lost device is not: that is an error, and
//! the host opens another device or goes on with the CPU painter.

use super::app::App;
use crate::gpu::GpuError;
use crate::gpu::device::{Gpu, Software, instance};
use crate::gpu::pipelines::Pipelines;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;
use wgpu::CurrentSurfaceTexture as Current;
use wgpu::rwh::{HasDisplayHandle, HasWindowHandle};
use wgpu::wgt::WgpuHasDisplayHandle;

/// A window that is drawn in. It lives for as long as the surface does.
pub trait SurfaceWindow: HasWindowHandle + HasDisplayHandle + Send + Sync {
    /// A frame is about to be presented: some window systems want to know.
    fn pre_present(&self) {}
}

impl<W: SurfaceWindow + ?Sized> SurfaceWindow for Arc<W> {
    fn pre_present(&self) {
        (**self).pre_present();
    }
}

/// What became of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// It is on its way to the screen.
    Yes,
    /// The last picture is the present one.
    Nothing,
    /// The window system has no room for it now: try again later.
    Later,
}

/// A window's surface on a device.
pub struct GpuSurface {
    gpu: Gpu,
    surface: wgpu::Surface<'static>,
    window: Arc<dyn SurfaceWindow>,
    config: wgpu::SurfaceConfiguration,
    /// `None` where making them failed: the app makes its own then, and says why it cannot.
    pipelines: Option<Made>,
}

/// Pipelines, or those in the making while the program opens its first page.
enum Made {
    Now(Arc<Pipelines>),
    Later(JoinHandle<Arc<Pipelines>>),
}

impl Made {
    fn wait(self) -> Option<Arc<Pipelines>> {
        match self {
            Made::Now(pipelines) => Some(pipelines),
            Made::Later(making) => making.join().ok(),
        }
    }
}

impl GpuSurface {
    /// Opens the best GPU that can draw in a window of this size, device px. `display` is the window's own; `kept` is the folder
    /// that keeps compiled pipelines.
    ///
    /// # Errors
    /// [`GpuError`] if there is none that will do.
    pub fn open(
        window: Arc<dyn SurfaceWindow>,
        display: Box<dyn WgpuHasDisplayHandle>,
        size: (u32, u32),
        software: Software,
        kept: Option<PathBuf>,
    ) -> Result<GpuSurface, GpuError> {
        let instance = instance(Some(display));
        let surface =
            instance.create_surface(window.clone()).map_err(|e| GpuError::NoAdapter(format!("no surface: {e}")))?;
        let gpu = Gpu::open_for(instance, Some(&surface), software)?;
        let mut opened = GpuSurface::new(gpu, surface, window)?;
        let (on, format) = (opened.gpu.clone(), opened.config.format);
        let making = std::thread::spawn(move || Arc::new(Pipelines::kept(&on, format, kept.as_deref())));
        opened.pipelines = Some(Made::Later(making));
        opened.configured(size)
    }

    /// Another window on the device of this surface, and of the same display: it shares pipelines, too.
    ///
    /// # Errors
    /// [`GpuError`] if the device is lost or cannot draw in that window.
    pub fn beside(&mut self, window: Arc<dyn SurfaceWindow>, size: (u32, u32)) -> Result<GpuSurface, GpuError> {
        self.gpu.health.check()?;
        let made = self.gpu.instance.create_surface(window.clone());
        let surface = made.map_err(|e| GpuError::NoAdapter(format!("no surface: {e}")))?;
        if !self.gpu.adapter.is_surface_supported(&surface) {
            return Err(GpuError::NoAdapter("the device draws in no such window".to_owned()));
        }
        let mut opened = GpuSurface::new(self.gpu.clone(), surface, window)?;
        let pipelines = self.pipelines.take().and_then(Made::wait);
        self.pipelines = pipelines.clone().map(Made::Now);
        opened.pipelines = pipelines.map(Made::Now);
        opened.configured(size)
    }

    fn new(gpu: Gpu, surface: wgpu::Surface<'static>, window: Arc<dyn SurfaceWindow>) -> Result<GpuSurface, GpuError> {
        let able = surface.get_capabilities(&gpu.adapter);
        // Colours are blended as browsers do it: a surface that converts them would change every one.
        let plain = [wgpu::TextureFormat::Bgra8Unorm, wgpu::TextureFormat::Rgba8Unorm];
        let format = plain.into_iter().find(|f| able.formats.contains(f));
        let format = format.ok_or_else(|| GpuError::NoAdapter("its surfaces have no 8-bit format".to_owned()))?;
        let opaque = able.alpha_modes.contains(&wgpu::CompositeAlphaMode::Opaque);
        let config = wgpu::SurfaceConfiguration {
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
            format,
            color_space: wgpu::SurfaceColorSpace::Auto,
            width: 1,
            height: 1,
            // The one mode that every system has.
            present_mode: wgpu::PresentMode::Fifo,
            // A frame that waits behind another one shows what was, not what is.
            desired_maximum_frame_latency: 1,
            alpha_mode: if opaque { wgpu::CompositeAlphaMode::Opaque } else { wgpu::CompositeAlphaMode::Auto },
            view_formats: Vec::new(),
        };
        Ok(GpuSurface { gpu, surface, window, config, pipelines: None })
    }

    /// Tries what the window's size asks of the device: it says no now, not in the first frame.
    fn configured(mut self, size: (u32, u32)) -> Result<GpuSurface, GpuError> {
        self.configure(size);
        self.gpu.health.check()?;
        Ok(self)
    }

    /// True if its device computes on the CPU.
    pub fn is_software(&self) -> bool {
        self.gpu.adapter.get_info().device_type == wgpu::DeviceType::Cpu
    }

    /// Name of the GPU, for people.
    pub fn name(&self) -> String {
        self.gpu.name()
    }

    fn configure(&mut self, (width, height): (u32, u32)) {
        let most = self.gpu.device.limits().max_texture_dimension_2d;
        (self.config.width, self.config.height) = (width.clamp(1, most), height.clamp(1, most));
        self.surface.configure(&self.gpu.device, &self.config);
    }

    /// The surface has been lost, not the device: the window gets another one.
    fn replace(&mut self) -> Result<(), GpuError> {
        let made = self.gpu.instance.create_surface(self.window.clone());
        self.surface = made.map_err(|e| GpuError::Lost(e.to_string()))?;
        Ok(())
    }

    /// Draws and presents a frame of the app, whose surface the window is.
    ///
    /// # Errors
    /// [`GpuError`] if the device is lost or refuses something; the app has let go of it then.
    pub fn draw(&mut self, app: &mut App, now: f64) -> Result<Shown, GpuError> {
        let drawn = self.try_draw(app, now);
        if drawn.is_err() {
            app.detach_gpu();
        }
        drawn
    }

    fn try_draw(&mut self, app: &mut App, now: f64) -> Result<Shown, GpuError> {
        // A loss is told while the device is polled.
        let _ = self.gpu.device.poll(wgpu::PollType::Poll);
        self.gpu.health.check()?;
        let size = app.viewport().device_size();
        if (self.config.width, self.config.height) != size {
            self.configure(size);
        }
        let asked = Instant::now();
        let mut stale = false;
        let mut attempts = 0;
        let texture = loop {
            attempts += 1;
            match self.surface.get_current_texture() {
                Current::Success(texture) => break texture,
                Current::Suboptimal(texture) => {
                    stale = true;
                    break texture;
                }
                Current::Timeout | Current::Occluded => return Ok(Shown::Later),
                Current::Outdated if attempts < 4 => self.configure(size),
                Current::Lost if attempts < 4 => {
                    self.replace()?;
                    self.configure(size);
                }
                // The window changes faster than surfaces can be made for it.
                Current::Outdated | Current::Lost => return Ok(Shown::Later),
                Current::Validation => {
                    self.gpu.health.check()?;
                    return Err(GpuError::Device("the window's surface was refused".to_owned()));
                }
            }
            self.gpu.health.check()?;
        };
        app.waited(asked);
        if (texture.texture.width(), texture.texture.height()) != size {
            // The device cannot hold a surface of the window's size.
            return Err(GpuError::TooLarge(size.0, size.1));
        }
        if let Some(pipelines) = self.pipelines.take().and_then(Made::wait) {
            // The app may be another one than that of the last frame: it was started again.
            app.use_pipelines(pipelines.clone());
            self.pipelines = Some(Made::Now(pipelines));
        }
        let view = texture.texture.create_view(&wgpu::TextureViewDescriptor::default());
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let token = app.encode_gpu(&self.gpu.device, &self.gpu.queue, &mut encoder, &view, now)?;
        let started = Instant::now();
        self.gpu.queue.submit([encoder.finish()]);
        self.window.pre_present();
        self.gpu.queue.present(texture);
        app.submitted(token, started.elapsed());
        if stale {
            self.configure(size);
        }
        self.gpu.health.check()?;
        Ok(Shown::Yes)
    }
}
