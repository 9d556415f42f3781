//! Pictures in the host's windows.
//!
//! Unsafe: exported functions that take pointers, and handles of windows that are lent to the GPU's driver. They are sound for a
//! host that passes what the header asks for: structs are read through [`raw`], Pellicle's own handles are looked up and never
//! followed, and a window stays until it is detached or its mini-program is destroyed, as the header says.

use super::raw;
use crate::program;
use crate::status::{Failure, Outcome, PellicleStatus, guard};
use crate::types::{PellicleProgram, PellicleShown, PellicleWindow, PellicleWindowKind as Kind};
use pellicle::gpu::device::Software;
use pellicle::host::gpu_surface::{Shown, SurfaceWindow};
use pellicle::wgpu::rwh::{
    AndroidDisplayHandle, AndroidNdkWindowHandle, AppKitDisplayHandle, AppKitWindowHandle, DisplayHandle, HandleError,
    HasDisplayHandle, HasWindowHandle, RawDisplayHandle, RawWindowHandle, UiKitDisplayHandle, UiKitWindowHandle,
    WaylandDisplayHandle, WaylandWindowHandle, Win32WindowHandle, WindowHandle, WindowsDisplayHandle, XcbDisplayHandle,
    XcbWindowHandle, XlibDisplayHandle, XlibWindowHandle,
};
use std::ffi::c_void;
use std::num::{NonZeroIsize, NonZeroU32};
use std::ptr::NonNull;

/// A host's window and its display.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NativeWindow {
    display: RawDisplayHandle,
    window: RawWindowHandle,
}

// SAFETY: both are addresses and numbers, which this crate only hands on to the driver; the header asks of the host that
// they may be used on the driver's threads.
unsafe impl Send for NativeWindow {}
// SAFETY: as above; nothing in it changes.
unsafe impl Sync for NativeWindow {}

impl NativeWindow {
    /// True if windows of both can be drawn in by one device.
    pub fn is_beside(&self, other: &NativeWindow) -> bool {
        self.display == other.display
    }
}

impl HasDisplayHandle for NativeWindow {
    fn display_handle(&self) -> Result<DisplayHandle<'_>, HandleError> {
        // SAFETY: the host keeps the display until the window is detached.
        Ok(unsafe { DisplayHandle::borrow_raw(self.display) })
    }
}

impl HasWindowHandle for NativeWindow {
    fn window_handle(&self) -> Result<WindowHandle<'_>, HandleError> {
        // SAFETY: the host keeps the window until it is detached.
        Ok(unsafe { WindowHandle::borrow_raw(self.window) })
    }
}

impl SurfaceWindow for NativeWindow {}

const KINDS: [Kind; 7] = [Kind::Xlib, Kind::Xcb, Kind::Wayland, Kind::Win32, Kind::AppKit, Kind::UiKit, Kind::Android];

fn native(given: &PellicleWindow) -> Outcome<NativeWindow> {
    let kind = KINDS.into_iter().find(|kind| *kind as u32 == given.kind);
    let Some(kind) = kind else { return Err(Failure::argument(format!("kind: there is no {}", given.kind))) };
    let pointer = |pointer: *mut c_void, what: &str| {
        NonNull::new(pointer).ok_or_else(|| Failure::argument(format!("{what} is null")))
    };
    let number = || {
        let id = u32::try_from(given.id).ok().and_then(NonZeroU32::new);
        id.ok_or_else(|| Failure::argument(format!("id: there is no window {}", given.id)))
    };
    let (display, window) = match kind {
        Kind::Xlib => (
            XlibDisplayHandle::new(Some(pointer(given.display, "display")?), given.screen).into(),
            XlibWindowHandle::new(number()?.get().into()).into(),
        ),
        Kind::Xcb => (
            XcbDisplayHandle::new(Some(pointer(given.display, "display")?), given.screen).into(),
            XcbWindowHandle::new(number()?).into(),
        ),
        Kind::Wayland => (
            WaylandDisplayHandle::new(pointer(given.display, "display")?).into(),
            WaylandWindowHandle::new(pointer(given.window, "window")?).into(),
        ),
        Kind::Win32 => {
            let window = NonZeroIsize::new(given.window.expose_provenance() as isize);
            let window = window.ok_or_else(|| Failure::argument("window is null"))?;
            let mut handle = Win32WindowHandle::new(window);
            handle.hinstance = NonZeroIsize::new(given.display.expose_provenance() as isize);
            (WindowsDisplayHandle::new().into(), handle.into())
        }
        Kind::AppKit => {
            (AppKitDisplayHandle::new().into(), AppKitWindowHandle::new(pointer(given.window, "window")?).into())
        }
        Kind::UiKit => {
            (UiKitDisplayHandle::new().into(), UiKitWindowHandle::new(pointer(given.window, "window")?).into())
        }
        Kind::Android => {
            (AndroidDisplayHandle::new().into(), AndroidNdkWindowHandle::new(pointer(given.window, "window")?).into())
        }
    };
    Ok(NativeWindow { display, window })
}

/// Gives a mini-program a window of the host's to draw in, on the GPU: from now on `pellicle_program_draw` does. Mini-programs of
/// one host share a device as long as their windows are on one display. The window and its display stay until
/// `pellicle_program_detach_window` or until the mini-program is destroyed. Its size is the mini-program's
/// (`pellicle_program_resize`). `PELLICLE_STATUS_NO_GPU` if there is none that will do.
///
/// # Safety
/// `window` points at a struct of the size that it says, whose handles are what `kind` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_attach_window(
    program: *mut PellicleProgram,
    window: *const PellicleWindow,
) -> PellicleStatus {
    guard(|| {
        // SAFETY: the host passes a struct of the size that it says.
        let given = unsafe { raw::read(window)? };
        let software = if given.software == 0 { Software::Refused } else { Software::Allowed };
        let window = native(&given)?;
        program::with(program, |state| state.attach(window, software))
    })
}

/// Lets go of the window: before it is closed, or before the system takes it away. The mini-program goes on, and may get another
/// one.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_detach_window(program: *mut PellicleProgram) -> PellicleStatus {
    guard(|| program::act(program, |state| state.detach()))
}

/// Draws the picture into the window that was attached, whatever it holds, and presents it. That may wait for the screen's next
/// refresh. `shown` may be null; it becomes `PellicleShown`. After `PELLICLE_STATUS_NO_GPU` the window is detached.
///
/// # Safety
/// `shown` is null or points at a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_draw(
    program: *mut PellicleProgram,
    now: f64,
    shown: *mut u32,
) -> PellicleStatus {
    guard(|| {
        let now = program::time(now)?;
        let became = match program::with(program, |state| state.draw(now))? {
            Shown::Later => PellicleShown::Later,
            Shown::Yes | Shown::Nothing => PellicleShown::Yes,
        };
        match shown.is_null() {
            true => Ok(()),
            // SAFETY: the host passes a pointer to a number.
            false => unsafe { raw::put(shown, became as u32) },
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(kind: u32) -> PellicleWindow {
        let some = std::ptr::without_provenance_mut(16);
        PellicleWindow {
            struct_size: size_of::<PellicleWindow>(),
            kind,
            software: 0,
            display: some,
            window: some,
            id: 7,
            screen: 0,
        }
    }

    #[test]
    fn each_kind_needs_its_own_handles() {
        for kind in KINDS {
            assert!(native(&window(kind as u32)).is_ok(), "{kind:?}");
            let empty = PellicleWindow {
                display: std::ptr::null_mut(),
                window: std::ptr::null_mut(),
                id: 0,
                ..window(kind as u32)
            };
            assert!(native(&empty).is_err(), "{kind:?}");
        }
        assert!(native(&window(7)).is_err());
        assert!(native(&PellicleWindow { id: 1 << 40, ..window(0) }).is_err());
    }
}
