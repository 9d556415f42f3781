//! What a program has to be made of to run again as it was recorded.

use crate::api::ServiceProfile;
use crate::realm::ScriptEngine;
use crate::realm::zone::Zone;
use crate::sandbox::Budgets;
use crate::sandbox::host_api::HostApis;
use crate::wire::message::SentHostApi;
use serde::{Deserialize, Serialize};

/// What a program was made of, but for its files.
#[derive(Debug, Deserialize, Serialize)]
pub struct RecordedSetup {
    /// The script engine.
    pub engine: ScriptEngine,
    /// Which services stand behind `wx`.
    pub profile: ServiceProfile,
    /// What it may use.
    pub budgets: Budgets,
    /// Its time zone.
    pub zone: Zone,
    hosts: Vec<SentHostApi>,
    events: Vec<String>,
}

impl RecordedSetup {
    /// Of a program with these APIs of its host's own.
    pub fn new(engine: ScriptEngine, profile: ServiceProfile, budgets: Budgets, zone: Zone, apis: &HostApis) -> Self {
        RecordedSetup {
            engine,
            profile,
            budgets,
            zone,
            hosts: apis.iter().map(|api| SentHostApi::of(api)).collect(),
            events: apis.events().iter().map(|event| (*event).to_owned()).collect(),
        }
    }

    /// The same APIs, which do nothing: what they answered stands in the recording.
    pub(super) fn apis(self) -> HostApis {
        let silent = |sent: SentHostApi| {
            sent.api(std::sync::Arc::new(|_, reply| {
                drop(reply.send_on());
            }))
        };
        let apis = HostApis::new(self.hosts.into_iter().map(silent).collect::<Vec<_>>()).unwrap_or_default();
        apis.with_events(self.events.iter().map(String::as_str)).unwrap_or_default()
    }
}
