//! A package that comes in parts: its main part, and subpackages that come when somebody wants them.
//!
//! Which files there are is known of all parts at once; only what is in them comes later. Until then a file of such a part is there by its
//! name and cannot be read.

use super::PackageSource;
use crate::bridge::message::{ApiFailure, ApiReply};
use crate::bridge::outbox::Responder;
use serde_json::json;

/// The event that script's tasks hear of progress by.
pub(crate) const PROGRESS: &str = "ProgressUpdate";

/// A part of a package that is not always there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Its folder, without slashes around it.
    pub root: String,
    /// Its files can be read.
    pub is_here: bool,
}

/// The parts of a package.
pub trait Parts: Send + Sync {
    /// The part that a file lies in, or would; `None` if it is the main one, which is always there.
    fn part(&self, path: &str) -> Option<Part>;
    /// Brings a part by its root, and returns at once. `reply` is told how that goes, from whichever thread; that the part is there
    /// already is as good.
    fn bring(&self, root: &str, reply: PartReply);
}

/// Who waits for a part.
pub struct PartReply(Responder);

impl PartReply {
    /// Answers as an API does: progress as a task's, then success or a failure.
    pub(crate) fn new(responder: Responder) -> PartReply {
        PartReply(responder)
    }

    /// False if nobody waits for it any more.
    pub fn is_wanted(&self) -> bool {
        !self.0.is_aborted()
    }

    /// So many bytes of it are there, of so many.
    pub fn progress(&self, done: u64, total: u64) {
        let percent = if total == 0 { 100.0 } else { (done as f64 / total as f64 * 100.0).floor().min(100.0) };
        let fields = json!({ "progress": percent, "totalBytesWritten": done, "totalBytesExpectedToWrite": total });
        let fields = fields.as_object().cloned().unwrap_or_default();
        self.0.progress(PROGRESS, ApiReply { fields, ..ApiReply::default() });
    }

    /// It is there.
    pub fn arrived(self) {
        self.0.ok(ApiReply::empty());
    }

    /// It does not come, for this reason.
    pub fn failed(self, why: &str) {
        self.0.fail(ApiFailure::internal(why));
    }

    pub(crate) fn into_responder(self) -> Responder {
        self.0
    }
}

/// The root of the part that a file lies in, if that part is not there.
pub fn missing_part(package: &dyn PackageSource, path: &str) -> Option<String> {
    let part = package.parts()?.part(path)?;
    (!part.is_here).then_some(part.root)
}
