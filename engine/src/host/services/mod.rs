//! Ordinary services of a desktop host: requests and sockets, files, pictures, a clipboard.
//!
//! Nothing here runs unless a host puts it into a mini-program's capabilities.
//!
//! | module | models |
//! | --- | --- |
//! | [`http`] | requests over HTTP |
//! | [`sockets`] | WebSockets |
//! | [`pictures`] | where pictures come from |
//! | [`device`] | the clipboard and other devices |

mod device;
mod http;
mod pictures;
mod sockets;

pub use device::DesktopDevice;
pub use http::HttpNetwork;
pub use pictures::PackageImages;

/// Largest body of an answer, bytes.
const MAX_BODY: u64 = 32 << 20;
