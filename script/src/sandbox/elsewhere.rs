//! A gate and permissions that stand in another process: the host's, where nothing that script does reaches them.

use super::gate::{Pass, Refusal};
use super::permissions::Standing;
use crate::bridge::message::ApiFailure;
use std::collections::BTreeMap;

/// Asks for what the host decides. It logs and counts, too.
pub(crate) trait Elsewhere: Send + Sync {
    /// What becomes of a call whose arguments were checked here; they are checked there again where they arrive.
    fn settle(&self, api: &str, checked: Result<(), ApiFailure>) -> Result<Pass, Refusal>;
    /// A call that waited for the user goes on.
    fn granted(&self, api: &str);
    /// A call that waited does not.
    fn denied(&self, api: &str);
    /// How things stand with a scope.
    fn standing(&self, scope: &str) -> Standing;
    /// What was decided, by scope.
    fn settings(&self) -> BTreeMap<String, bool>;
}
