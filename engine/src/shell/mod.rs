//! The window: a host like any other, on winit.
//!
//! It uses nothing but the embedding API. Frames are paced here, because presenting does not wait for the
//! screen everywhere.
//!
//! | module | models |
//! | --- | --- |
//! | [`window`] | the event loop |
//! | [`keys`] | keys and input methods of winit as the engine names them |
//! | [`clipboard`] | the system's clipboard |
//! | [`present`] | the CPU painter's picture in a window |
//! | [`gpu_surface`] | the GPU painter's picture in a window |

pub mod clipboard;
pub mod gpu_surface;
pub mod keys;
pub mod present;
pub mod window;

pub use clipboard::SystemClipboard;
pub use window::{ShellError, WindowHandle, WindowOptions, run};
