//! What all mini-programs of a window share.

use eframe::egui;
use eframe::egui_wgpu::RenderState;
use pellicle::gpu::device::Health;
use pellicle::gpu::pipelines::Pipelines;
use pellicle::host::hosting::Host;
use pellicle::interact::clipboard::Clipboard;
use pellicle::wgpu;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The format of egui's own textures. Colours are blended as they are in both.
pub const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Egui draws with OpenGL: there is no device to share.
#[derive(Debug, thiserror::Error)]
#[error("the window is not drawn with wgpu")]
pub struct NoDevice;

/// A window of egui with its device, the host, and the clock that its frames are told by.
#[derive(Clone)]
pub struct Around {
    /// The host.
    pub host: Rc<Host>,
    /// Egui, which is woken when a mini-program has something new.
    pub egui: egui::Context,
    /// The device that egui draws with, and so do the mini-programs.
    pub render: RenderState,
    /// What they draw with, made once.
    pub pipelines: Arc<Pipelines>,
    /// What became of the device.
    pub health: Health,
    start: Instant,
}

impl Around {
    /// The surroundings of a window that is being opened.
    ///
    /// # Errors
    /// [`NoDevice`] if it is not drawn with wgpu.
    pub fn new(window: &eframe::CreationContext<'_>, host: Host) -> Result<Around, NoDevice> {
        let render = window.wgpu_render_state.clone().ok_or(NoDevice)?;
        let pipelines = Arc::new(Pipelines::new(&render.device, FORMAT));
        let health = Health::watch(&render.device);
        let egui = window.egui_ctx.clone();
        Ok(Around { host: Rc::new(host), egui, render, pipelines, health, start: Instant::now() })
    }

    /// The frame clock, ms.
    pub fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1000.0
    }
}

/// Egui's clipboard: it takes what is copied, and hands in what is pasted.
pub struct EguiClipboard {
    egui: egui::Context,
    pasted: Mutex<Option<String>>,
}

impl EguiClipboard {
    /// The clipboard of the window.
    pub fn new(egui: &egui::Context) -> EguiClipboard {
        EguiClipboard { egui: egui.clone(), pasted: Mutex::default() }
    }
}

impl Clipboard for EguiClipboard {
    /// What was copied by a mini-program last: egui tells nobody what others copied before somebody pastes it.
    fn read(&self) -> Option<String> {
        self.pasted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, text: &str) {
        *self.pasted.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.to_owned());
        self.egui.copy_text(text.to_owned());
    }
}
