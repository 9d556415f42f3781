//! Ticks, windows, pictures, and what they took.

use std::ffi::c_void;

/// What is to be done after a tick.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleTick {
    /// `sizeof(PellicleTick)`.
    pub struct_size: usize,
    /// Not 0: the picture changed, draw it.
    pub needs_frame: u32,
    /// Callbacks that were called.
    pub calls: u32,
    /// Tick again at this time, ms of the frame clock, if nothing happens before; infinity for never.
    pub next_wakeup: f64,
}

/// A rectangle of a picture, device px.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)]
pub struct PellicleRect {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// `kind` of `PellicleWindow`, and what its fields say.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleWindowKind {
    /// X11 by Xlib: `display` is a `Display *`, `id` a `Window`, `screen` its number. The library uses the connection on a thread
    /// of its own: `XInitThreads` comes first.
    Xlib = 0,
    /// X11 by XCB: `display` is an `xcb_connection_t *`, `id` an `xcb_window_t`, `screen` its number.
    Xcb = 1,
    /// Wayland: `display` is a `struct wl_display *`, `window` a `struct wl_surface *`.
    Wayland = 2,
    /// Windows: `window` is an `HWND`, `display` an `HINSTANCE` or null.
    Win32 = 3,
    /// macOS: `window` is an `NSView *`.
    AppKit = 4,
    /// iOS: `window` is a `UIView *`.
    UiKit = 5,
    /// Android: `window` is an `ANativeWindow *`.
    Android = 6,
}

/// A window of the host's.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleWindow {
    /// `sizeof(PellicleWindow)`.
    pub struct_size: usize,
    /// What it is: `PellicleWindowKind`.
    pub kind: u32,
    /// Not 0: a GPU that computes on the CPU will do, too.
    pub software: u32,
    /// The display, as `kind` says.
    pub display: *mut c_void,
    /// The window, as `kind` says.
    pub window: *mut c_void,
    /// The window, as `kind` says.
    pub id: u64,
    /// The screen, as `kind` says.
    pub screen: i32,
}

/// What became of a picture in a window.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleShown {
    /// It is on its way to the screen.
    Yes = 0,
    /// The window system has no room for it now: try again later.
    Later = 1,
}

/// What times look like, ms.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[allow(missing_docs)]
pub struct PellicleTimes {
    pub p50: f32,
    pub p95: f32,
    pub p99: f32,
    pub max: f32,
    pub mean: f32,
}

/// What frames took.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleFrameStats {
    /// `sizeof(PellicleFrameStats)`.
    pub struct_size: usize,
    /// Frames since the start.
    pub frames: u64,
    /// Those that missed their deadline.
    pub dropped: u64,
    /// How often the host had not ticked for 100 ms while something waited for it.
    pub stalls: u64,
    /// Frames that the times below are of: the last ones.
    pub kept: u64,
    /// Work on a frame.
    pub work: PellicleTimes,
    /// From the oldest input that a frame shows the effect of to its end.
    pub input_latency: PellicleTimes,
    /// Bytes of pictures, masks of glyphs and the like that it holds.
    pub cache_bytes: u64,
}
