//! Finding a GPU, choosing between it and the CPU, and watching it.
//!
//! A device can go at any time: the driver resets, the card is pulled out, the machine sleeps. Nothing panics then:
//! the device's [`Health`] says what happened, the frame is an error, and the host opens another device or goes on
//! with the CPU painter.

use super::GpuError;
use std::sync::{Arc, Mutex, PoisonError};

/// What became of a device: the first thing that went wrong.
#[derive(Clone, Debug, Default)]
pub struct Health {
    trouble: Arc<Mutex<Option<GpuError>>>,
}

impl Health {
    /// Watches a device: from now on its errors and its loss are noted here instead of ending the process.
    pub fn watch(device: &wgpu::Device) -> Health {
        let health = Health::default();
        let (errors, losses) = (health.clone(), health.clone());
        device.on_uncaptured_error(Arc::new(move |error| errors.note(GpuError::Device(first_line(&error)))));
        device.set_device_lost_callback(move |reason, message| {
            let message = if message.is_empty() { format!("{reason:?}") } else { message };
            losses.note(GpuError::Lost(message));
        });
        health
    }

    fn note(&self, error: GpuError) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        // A lost device causes errors of all kinds: the loss is what counts.
        if trouble.is_none() || matches!(error, GpuError::Lost(_)) {
            *trouble = Some(error);
        }
    }

    /// What went wrong, if anything did.
    ///
    /// # Errors
    /// [`GpuError::Lost`] once the device is gone, [`GpuError::Device`] once it refused something.
    pub fn check(&self) -> Result<(), GpuError> {
        match &*self.trouble.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}

/// The line of an error that says what happened, without the chain of calls above it.
fn first_line(error: &wgpu::Error) -> String {
    let text = error.to_string();
    let line = text.lines().map(str::trim).rfind(|l| !l.is_empty());
    line.unwrap_or("unknown").to_owned()
}

/// Which adapters will do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Software {
    /// Only real GPUs.
    Refused,
    /// One that computes on the CPU, too.
    Allowed,
}

/// Which painter draws.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Renderer {
    /// The GPU if there is a real one, else the CPU.
    #[default]
    Auto,
    /// The CPU painter.
    Cpu,
    /// The GPU painter, on a software GPU too.
    Gpu,
}

/// What draws, once it has been looked for.
pub enum Choice<T> {
    /// The GPU painter, with what was opened for it.
    Gpu(T),
    /// The CPU painter; with the reason, where a GPU was looked for.
    Cpu(Option<GpuError>),
}

/// Chooses by what was asked for and what there is: a real GPU, else the CPU. `open` opens the GPU.
///
/// # Errors
/// What `open` said, if the GPU painter was asked for by name.
pub fn choose<T>(
    renderer: Renderer,
    open: impl FnOnce(Software) -> Result<T, GpuError>,
) -> Result<Choice<T>, GpuError> {
    match renderer {
        Renderer::Cpu => Ok(Choice::Cpu(None)),
        Renderer::Gpu => open(Software::Allowed).map(Choice::Gpu),
        Renderer::Auto if !has_graphics_device() => {
            Ok(Choice::Cpu(Some(GpuError::NoAdapter("this machine has no graphics device".to_owned()))))
        }
        Renderer::Auto => Ok(open(Software::Refused).map_or_else(|e| Choice::Cpu(Some(e)), Choice::Gpu)),
    }
}

/// False where the kernel knows of no graphics device. Then there is nothing to look for, and Mesa's software drivers
/// (100 MB with their compiler) need not be loaded to be turned away.
fn has_graphics_device() -> bool {
    const DEVICES: [&str; 6] =
        ["/dev/dri", "/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg", "/dev/kgsl-3d0", "/dev/mali0"];
    !cfg!(target_os = "linux") || DEVICES.iter().any(|path| std::path::Path::new(path).exists())
}

/// A device of our own. Copies are the same device.
#[derive(Clone)]
pub struct Gpu {
    /// What it was found through.
    pub instance: wgpu::Instance,
    /// What it runs on.
    pub adapter: wgpu::Adapter,
    /// The device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
    /// What became of it.
    pub health: Health,
}

/// The limits that the painter needs: those of WebGL2, with textures as large as the adapter has them.
pub fn limits(adapter: &wgpu::Adapter) -> wgpu::Limits {
    wgpu::Limits::downlevel_webgl2_defaults().using_resolution(adapter.limits())
}

/// Where to look: all back ends, or those that `WGPU_BACKEND` names. Windows on GL need the display.
pub fn instance(display: Option<Box<dyn wgpu::wgt::WgpuHasDisplayHandle>>) -> wgpu::Instance {
    let mut descriptor = match display {
        Some(display) => wgpu::InstanceDescriptor::new_with_display_handle_from_env(display),
        None => wgpu::InstanceDescriptor::new_without_display_handle_from_env(),
    };
    // Validation layers are a debugging tool; WGPU_VALIDATION asks for them.
    descriptor.flags = wgpu::InstanceFlags::empty().with_env();
    wgpu::Instance::new(descriptor)
}

impl Gpu {
    /// Opens the best adapter there is, without a window.
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`] if there is none that will do or it gives no device.
    pub fn open(software: Software) -> Result<Gpu, GpuError> {
        Gpu::open_for(instance(None), None, software)
    }

    /// Opens the best adapter that can draw on a surface.
    ///
    /// # Errors
    /// As [`Gpu::open`].
    pub fn open_for(
        instance: wgpu::Instance,
        surface: Option<&wgpu::Surface<'_>>,
        software: Software,
    ) -> Result<Gpu, GpuError> {
        // Real GPUs come before software ones, whatever is asked for.
        let options = wgpu::RequestAdapterOptions { compatible_surface: surface, ..Default::default() };
        let adapter =
            pollster::block_on(instance.request_adapter(&options)).map_err(|e| GpuError::NoAdapter(why(&e)))?;
        let info = adapter.get_info();
        if info.device_type == wgpu::DeviceType::Cpu && software == Software::Refused {
            return Err(GpuError::NoAdapter(format!("{} computes on the CPU", info.name)));
        }
        let (device, queue) = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            label: Some("pellicle"),
            // Statistics say how long the GPU works on a frame; drivers that let go of what they have compiled are asked to.
            required_features: adapter.features() & (wgpu::Features::TIMESTAMP_QUERY | wgpu::Features::PIPELINE_CACHE),
            required_limits: limits(&adapter),
            experimental_features: wgpu::ExperimentalFeatures::disabled(),
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            trace: wgpu::Trace::Off,
        }))
        .map_err(|e| GpuError::NoAdapter(format!("{}: {e}", info.name)))?;
        let health = Health::watch(&device);
        Ok(Gpu { instance, adapter, device, queue, health })
    }

    /// Name and interface of what draws, for people.
    pub fn name(&self) -> String {
        let info = self.adapter.get_info();
        format!("{} ({})", info.name, info.backend)
    }
}

fn why(error: &wgpu::RequestAdapterError) -> String {
    match error {
        wgpu::RequestAdapterError::NotFound { .. } => "no driver offers one".to_owned(),
        other => other.to_string(),
    }
}
