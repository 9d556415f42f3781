//! Faces beyond the embedded ones: the machine's, the style sheets', those that script loads.
//!
//! Nothing waits for a font. The first frame is drawn with the faces that are there; what is missing in it is
//! looked for on a thread of its own, and when it has come the texts that it concerns are shaped anew.
//!
//! | module | models |
//! | --- | --- |
//! | [`loader`] | what was asked for, what came of it, who hears of it |
//! | [`installed`] | the fonts of the machine |
//! | [`file`] | font files: addresses, WOFF |

pub mod file;
pub mod installed;
pub mod loader;

pub use installed::{DesktopFonts, InstalledFonts};
pub use loader::{FontLoader, FontRule};

use pellicle_layout::text::font::FontBytes;

/// A face of a font file.
#[derive(Clone)]
pub struct FoundFace {
    /// The file.
    pub data: FontBytes,
    /// Index of the face in it.
    pub index: u32,
}

/// Where faces come from. Called on a thread of its own, or on the caller's in synchronous mode.
pub trait FontSource: Send {
    /// The installed faces of a family, named in any case.
    fn family(&mut self, name: &str) -> Vec<FoundFace>;

    /// The installed faces of the family that is best for a character; none if no family covers it.
    fn covering(&mut self, c: char) -> Vec<FoundFace>;

    /// The bytes of an address: a path from the package's root with a leading slash, or a URL.
    ///
    /// # Errors
    /// A message for the developer, without the address.
    fn fetch(&mut self, url: &str) -> Result<Vec<u8>, String>;
}
