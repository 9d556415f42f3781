//! What a mini-program may do, and what watches over it.

use super::audit_log::{AuditEntry, AuditVerdict};
use super::counters::Suspicion;
use super::{audit_log, counters, permissions};
use crate::realm::Clock;
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

impl AccessControl {
    /// A soft or hard limit was reached: counts it and logs it.
    pub fn reached_limit(&self, verdict: AuditVerdict, detail: &str, clock: &dyn Clock) {
        self.counters.count(Suspicion::Budget, clock.monotonic());
        self.log(verdict, "", None, detail, clock);
    }

    /// Writes a line: of a call, of an address (its purpose is the API then), or of no call at all.
    pub fn log(&self, verdict: AuditVerdict, api: &str, scope: Option<&str>, detail: &str, clock: &dyn Clock) {
        let Some(log) = &self.log else { return };
        let (app, _) = self.permissions.app();
        // A line for which there is no room is counted there.
        log.write(&AuditEntry { time: clock.now(), app: &app, api, scope, verdict, detail });
    }
}
