//! The window: a host like any other, on winit.
//!
//! It uses nothing but the embedding API. Frames are paced here, because presenting does not wait for the
//! screen everywhere.
//!
//! | module | models |
//! | --- | --- |
//! | [`window`] | the event loop |
//! | `living` | its mini-program by its life: put away with it, started again |
//! | [`replaying`] | a recording in a window of its own |
//! | `memory` | how short of memory the machine is |
//! | [`keys`] | keys and input methods of winit as the engine names them |
//! | [`clipboard`] | the system's clipboard |
//! | `surface` | what its picture is drawn on, and another one when that is lost |
//! | [`present`] | the CPU painter's picture in a window |

pub mod clipboard;
pub mod keys;
mod living;
mod memory;
pub mod present;
pub mod replaying;
mod surface;
pub mod window;

pub use clipboard::SystemClipboard;
pub use living::{Chosen, FilesChange, WindowProgram};
pub use window::{ShellError, WindowHandle, WindowOptions, display, run};
