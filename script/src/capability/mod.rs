//! Capabilities: what a mini-program can reach beyond its own realm.
//!
//! A realm has no I/O. Every `wx` API that touches the world goes through one of these traits, which the
//! host supplies. Each method has a default that refuses, so a host grants what it implements and nothing
//! else. Capabilities live on the logic thread; a slow one does its work elsewhere and answers through its
//! [`Responder`].
//!
//! | module | models |
//! | --- | --- |
//! | [`canvas`] | surfaces to draw on |
//! | [`audit`] | the record of every call, console line and fault |
//! | [`device`] | clipboard, vibration, phone, screen, network kind |
//! | [`audio`] | players of sound |
//! | [`files`](mod@files) | the package's files and a root to write to |
//! | [`network`] | requests |
//! | [`shell`] | toast, modal, bars, fonts: what the host shows around the page |
//! | [`storage`] | the key-value store and its quota |
//! | [`redb_storage`] | the store in one file per mini-program |
//! | [`seal`] | encryption of what is kept |
//! | [`system`] | figures of the system and the window |

pub mod audio;
pub mod audit;
pub mod canvas;
pub mod device;
pub mod files;
pub mod network;
pub mod redb_storage;
pub mod seal;
pub mod shell;
pub mod storage;
pub mod system;

use crate::api::files::encoding::hex;
use crate::api::row::ApiRow;
use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;
use crate::sandbox::AccessControl;
use crate::sandbox::host_api::HostApis;
use crate::sandbox::prompt::PermissionPrompt;
use serde_json::Value as Json;
use sha1::{Digest, Sha1};

/// A name for the file or folder of a mini-program: no id can leave the folder with it, and different ids have different
/// ones.
pub fn file_name(id: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !id.is_empty() && id.len() <= 64 && id.chars().all(plain) {
        return id.to_owned();
    }
    let head = hex(&id.as_bytes()[..id.len().min(60)]);
    // What the head cuts off is told apart by a digest of all.
    if id.len() <= 60 { format!("x.{head}.{}", id.len()) } else { format!("x.{head}.{}", hex(&Sha1::digest(id))) }
}

/// Services of the platform that only a host can offer (login, payment, location, ...), by API name. APIs that the platform
/// does not have are [`HostApi`](crate::sandbox::host_api::HostApi)s.
pub trait Extension: Send {
    /// True if the host offers this API; others are `undefined` in script.
    fn offers(&self, _api: &str) -> bool {
        false
    }

    /// Performs a call with its arguments as plain data.
    fn call(&mut self, _api: &str, _arguments: Json, reply: Responder) {
        reply.fail(ApiFailure::unsupported());
    }
}

/// What the app may do: asked for every call before anything happens.
pub trait Policy: Send {
    /// Refuses a call by an error.
    ///
    /// # Errors
    /// [`ApiFailure`] becomes the call's `errMsg` and `errno`.
    fn admit(&mut self, _api: &ApiRow) -> Result<(), ApiFailure> {
        Ok(())
    }
}

/// Grants nothing: the default of every capability.
#[derive(Clone, Copy, Default, Debug)]
pub struct Denied;

impl Extension for Denied {}
impl Policy for Denied {}
impl canvas::Canvas for Denied {}
impl device::Device for Denied {}
impl files::FileSystem for Denied {}
impl network::Network for Denied {}
impl shell::Shell for Denied {}
impl storage::Storage for Denied {}
impl system::System for Denied {}

/// All capabilities of one mini-program.
pub struct Capabilities {
    /// The key-value store.
    pub storage: Box<dyn storage::Storage>,
    /// Files.
    pub files: Box<dyn files::FileSystem>,
    /// Surfaces to draw on.
    pub canvas: Box<dyn canvas::Canvas>,
    /// Requests.
    pub network: Box<dyn network::Network>,
    /// What the host shows around the page.
    pub shell: Box<dyn shell::Shell>,
    /// Figures of system and window.
    pub system: Box<dyn system::System>,
    /// Clipboard, vibration and the like.
    pub device: Box<dyn device::Device>,
    /// Services that only the host can offer.
    pub extension: Box<dyn Extension>,
    /// Permissions and limits.
    pub policy: Box<dyn Policy>,
    /// What the mini-program is watched by and may do.
    pub access: AccessControl,
    /// Asks the user for permissions.
    pub prompt: Box<dyn PermissionPrompt>,
    /// APIs of the host's own.
    pub apis: HostApis,
}

impl Default for Capabilities {
    fn default() -> Self {
        Capabilities {
            storage: Box::new(Denied),
            files: Box::new(Denied),
            canvas: Box::new(Denied),
            network: Box::new(Denied),
            shell: Box::new(Denied),
            system: Box::new(Denied),
            device: Box::new(Denied),
            extension: Box::new(Denied),
            policy: Box::new(Denied),
            access: AccessControl::default(),
            prompt: Box::new(Denied),
            apis: HostApis::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn different_ids_have_different_names() {
        let long = "/home/somebody/projects/with/a/long/path/that/goes/on/and/on/program-";
        let names = ["", "..", "a/b", "a", "wx0123", &format!("{long}a"), &format!("{long}b")].map(file_name);
        for (at, name) in names.iter().enumerate() {
            assert!(!name.is_empty() && name != ".." && !name.contains('/') && name.len() < 200, "{name}");
            assert!(!names[..at].contains(name), "{name}");
        }
    }
}
