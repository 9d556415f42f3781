//! Ordinary services of a host: requests and sockets, files, pictures, a clipboard.
//!
//! Nothing here runs unless a host puts it into a mini-program's capabilities.
//!
//! | module | models |
//! | --- | --- |
//! | [`http`] | requests over HTTP |
//! | [`reach`] | which hosts may be reached |
//! | [`sockets`] | WebSockets |
//! | [`pictures`] | where pictures come from |
//! | [`device`] | what a desktop offers: clipboard, links, permissions |
//! | [`dialogs`] | what its user is asked |
//! | `system_dialogs` | the same by the dialogs of a desktop, where it is built in |
//! | [`simulated`] | a network and a place as a developer wants them |
//! | [`media`] | files that he chooses, pictures |

mod device;
mod dialogs;
mod http;
mod media;
mod pictures;
pub mod reach;
pub mod simulated;
mod sockets;
#[cfg(feature = "desktop")]
mod system_dialogs;

pub use device::{DesktopServices, DesktopSetup};
pub use dialogs::{Dialogs, NamedFiles};
pub use http::HttpNetwork;
pub use pictures::PackageImages;
pub use reach::NetworkPolicy;
#[cfg(feature = "desktop")]
pub use system_dialogs::SystemDialogs;

/// Largest body of an answer, bytes.
const MAX_BODY: u64 = 32 << 20;
