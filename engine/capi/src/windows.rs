//! Windows that the mini-programs of a host draw in, all on one device where their displays allow it.

use crate::abi::window::NativeWindow;
use crate::status::{Failure, Outcome, PellicleStatus};
use pellicle::gpu::GpuError;
use pellicle::gpu::device::Software;
use pellicle::host::app::App;
use pellicle::host::gpu_surface::{GpuSurface, Shown};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// A window and what is drawn on in it.
struct Attached {
    window: NativeWindow,
    surface: GpuSurface,
}

/// A window that a mini-program draws in, until it goes.
pub struct Window(Rc<RefCell<Attached>>);

/// Those of a host.
#[derive(Clone, Default)]
pub struct Windows {
    attached: Rc<RefCell<Vec<Weak<RefCell<Attached>>>>>,
    /// Folder for pipelines that the driver has compiled.
    kept: Option<PathBuf>,
}

fn none(error: GpuError) -> Failure {
    Failure::new(PellicleStatus::NoGpu, error)
}

impl Windows {
    pub fn keeping(kept: Option<PathBuf>) -> Windows {
        Windows { kept, ..Windows::default() }
    }

    /// Takes a window of this size, device px: on the device of another one, or on one of its own.
    pub fn attach(&self, window: NativeWindow, size: (u32, u32), software: Software) -> Outcome<Window> {
        let mut all = self.attached.borrow_mut();
        all.retain(|attached| attached.strong_count() > 0);
        let shared = all.iter().filter_map(Weak::upgrade).find_map(|other| {
            let mut other = other.try_borrow_mut().ok()?;
            let fits =
                other.window.is_beside(&window) && (software == Software::Allowed || !other.surface.is_software());
            // One that cannot, or is lost, is no reason not to look further.
            if fits { other.surface.beside(Arc::new(window), size).ok() } else { None }
        });
        let surface = match shared {
            Some(surface) => surface,
            None => {
                GpuSurface::open(Arc::new(window), Box::new(window), size, software, self.kept.clone()).map_err(none)?
            }
        };
        let attached = Rc::new(RefCell::new(Attached { window, surface }));
        all.push(Rc::downgrade(&attached));
        Ok(Window(attached))
    }
}

impl Window {
    /// Draws an app in it.
    pub fn draw(&self, app: &mut App, now: f64) -> Outcome<Shown> {
        self.0.borrow_mut().surface.draw(app, now).map_err(none)
    }
}
