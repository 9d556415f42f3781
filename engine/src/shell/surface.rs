//! What the window's picture is drawn on: a painter's surface, and another one when that is lost.

use super::present::CpuSurface;
use super::window::{Runner, ShellError};
use crate::gpu::GpuError;
use crate::gpu::device::{Choice, choose};
use crate::host::gpu_surface::{GpuSurface, Shown, SurfaceWindow};
use crate::host::types::Renderer;
use crate::tools::output;
use winit::event_loop::ActiveEventLoop;
use winit::window::Window;

/// A GPU that is lost this often is given up.
const MAX_REOPENED: u32 = 3;

/// What the window's picture is drawn on.
pub(super) enum Surface {
    Cpu(CpuSurface),
    Gpu(Box<GpuSurface>),
}

impl SurfaceWindow for Window {
    fn pre_present(&self) {
        self.pre_present_notify();
    }
}

impl Runner {
    /// Draws what is different from the last picture, or all where the window has lost it.
    pub(super) fn show(&mut self, event_loop: &ActiveEventLoop, at: f64, lost: bool) -> Shown {
        let (Some(surface), Some(window)) = (&mut self.surface, &self.window) else { return Shown::Nothing };
        // A program that was ended has left its last picture.
        let Some(app) = self.life.app_mut() else { return Shown::Nothing };
        if !lost && !app.has_damage(at) {
            return Shown::Nothing;
        }
        match surface {
            Surface::Cpu(surface) => {
                let size = self.viewport.device_size();
                window.pre_present_notify();
                let drawn = surface.draw(size, lost, |pixels, stride| app.render_cpu(pixels, stride, at).to_vec());
                match drawn {
                    Ok(took) => app.presented(took),
                    Err(error) => self.fail(event_loop, ShellError::Window(error.to_string())),
                }
                Shown::Yes
            }
            Surface::Gpu(surface) => match surface.draw(app, at) {
                Ok(shown) => shown,
                Err(error) => {
                    self.replace_gpu(event_loop, &error);
                    Shown::Later
                }
            },
        }
    }

    /// The GPU is gone: another one takes over, or the CPU painter.
    fn replace_gpu(&mut self, event_loop: &ActiveEventLoop, error: &GpuError) {
        // What is on the window has to go before something else can draw there.
        self.surface = None;
        let renderer = match error {
            GpuError::Lost(_) | GpuError::Device(_) if self.reopened < MAX_REOPENED => self.options.renderer,
            _ => Renderer::Cpu,
        };
        self.reopened += 1;
        let opened = self.open_surface(event_loop, renderer).or_else(|_| self.open_surface(event_loop, Renderer::Cpu));
        match opened {
            Ok(Surface::Gpu(surface)) => {
                output::note(format_args!("{error}; {} goes on", surface.name()));
                self.surface = Some(Surface::Gpu(surface));
            }
            Ok(surface) => {
                output::note(format_args!("{error}; the CPU draws from now on"));
                self.surface = Some(surface);
            }
            Err(error) => self.fail(event_loop, error),
        }
    }

    /// A surface for the painter that was asked for, or that there is.
    pub(super) fn open_surface(&self, event_loop: &ActiveEventLoop, renderer: Renderer) -> Result<Surface, ShellError> {
        let Some(window) = &self.window else { return Err(ShellError::Window("it is not open".to_owned())) };
        let display = event_loop.owned_display_handle();
        let kept = self.options.pipelines.clone();
        let size = window.inner_size().into();
        match choose(renderer, |software| GpuSurface::open(window.clone(), Box::new(display), size, software, kept)) {
            Ok(Choice::Gpu(surface)) => Ok(Surface::Gpu(Box::new(surface))),
            Ok(Choice::Cpu(why)) => {
                if let Some(why) = why {
                    output::note(format_args!("{why}; the CPU draws"));
                }
                let surface = CpuSurface::new(window.clone()).map_err(|e| ShellError::Window(e.to_string()))?;
                Ok(Surface::Cpu(surface))
            }
            Err(error) => Err(ShellError::Gpu(error)),
        }
    }
}
