//! A repository: static files that any web server, CDN or object store serves, whose metadata is signed after
//! [The Update Framework](https://theupdateframework.github.io/specification/latest/).
//!
//! ```text
//! metadata/  1.root.json ...     which keys there are
//!            timestamp.json      which snapshot is the newest
//!            N.snapshot.json     which list of files belongs to it
//!            N.targets.json      all files with length and hash
//! targets/   APP/HASH.releases.json              versions, channels, shares of devices
//!            APP/VERSION/HASH.package.ma         a package
//!            APP/VERSION/HASH.from-OLDER.delta   what makes it of an older one
//! ```
//!
//! | module | models |
//! | --- | --- |
//! | [`roles`] | who says what, keys, signing |
//! | [`releases`] | the versions of a mini-program, and which one a device gets |
//! | [`publish`] | writing |

pub mod publish;
pub mod releases;
pub mod roles;

pub use publish::{Publication, PublishError, Published, Publisher, Terms};
pub use releases::{DEFAULT_CHANNEL, Device, FileOfTarget, Release, Releases, ReleasesError};
pub use roles::{Keys, Role, SigningError};

use crate::archive::index::hex;

/// The folder of metadata.
pub(crate) const METADATA: &str = "metadata";
/// The folder of everything else.
pub(crate) const TARGETS: &str = "targets";

/// Whether a text can be the identity of a mini-program: a name of files on every system, and a part of an address as it is.
pub fn is_identity(app: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    app.starts_with(|c: char| c.is_ascii_alphanumeric())
        && app.len() <= 100
        && app.chars().all(plain)
        && pellicle_script::capability::files::is_portable(app)
}

/// Where a file of the repository lies in its folder: its hash before its name, so that versions of it lie side by side.
pub(crate) fn target_path(target: &str, sha256: &[u8]) -> String {
    let hash = hex::text(sha256);
    match target.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/{hash}.{name}"),
        None => format!("{hash}.{target}"),
    }
}
