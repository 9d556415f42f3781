//! What a mini-program may do, and what watches over it.

use super::{audit_log, counters, permissions};
use std::sync::Arc;

/// What one mini-program is watched by and what it may do; cheap to clone, shared by the host and the logic thread.
#[derive(Clone, Default)]
pub struct AccessControl {
    /// What its user has granted.
    pub permissions: permissions::Permissions,
    /// What it did that a well-behaved one does not.
    pub counters: Arc<counters::SandboxCounters>,
    /// Where grants, denials and sensitive calls are logged.
    pub log: Option<audit_log::AuditLog>,
}
