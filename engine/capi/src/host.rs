//! A host with what it has registered.

use crate::call::{self, Queue};
use crate::status::{Failure, Outcome, PellicleStatus};
use crate::types::PellicleNetwork;
use crate::windows::Windows;
use pellicle::host::caches::{CacheBudgets, SharedCaches};
use pellicle::host::hosting::{Host, HostConfig, HostedProgram};
use pellicle::host::services::NetworkPolicy;
use pellicle_script::package::PackageSource;
use pellicle_script::sandbox::host_api::{HostApi, HostApis};
use pellicle_script::sandbox::permissions::PermissionPolicy;
use std::path::PathBuf;
use std::sync::Arc;

/// What a host is made of.
#[derive(Clone, Copy, Default)]
pub struct HostSetup<'a> {
    pub data: &'a str,
    pub network: u32,
    pub picture_bytes: usize,
    pub permissions: &'a str,
}

/// A host.
pub struct HostState {
    host: Host,
    registered: Registered,
    windows: Windows,
}

/// What a mini-program has of its host.
pub struct Offered {
    pub registered: Registered,
    pub windows: Windows,
}

/// What a host offers its mini-programs.
#[derive(Clone, Default)]
pub struct Registered {
    apis: Vec<String>,
    events: Vec<String>,
}

impl Registered {
    /// As a mini-program has it; calls go to its queue.
    pub fn apis(&self, queue: &Arc<Queue>) -> Outcome<HostApis> {
        let api = |description: &String| {
            let name = described(description, Arc::new(|_, _| {}))?.name;
            let queue = queue.clone();
            described(description, Arc::new(move |arguments, reply| call::call_of(&queue, &name, &arguments, reply)))
        };
        let apis: Vec<HostApi> = self.apis.iter().map(api).collect::<Outcome<_>>()?;
        let apis = HostApis::new(apis).map_err(Failure::argument)?;
        apis.with_events(self.events.iter().map(String::as_str)).map_err(Failure::argument)
    }

    /// Says whether it would do.
    fn check(&self) -> Outcome {
        let nobody = |description: &String| described(description, Arc::new(|_, _| {}));
        let apis: Vec<HostApi> = self.apis.iter().map(nobody).collect::<Outcome<_>>()?;
        let apis = HostApis::new(apis).map_err(Failure::argument)?;
        apis.with_events(self.events.iter().map(String::as_str)).map(drop).map_err(Failure::argument)
    }
}

fn described(description: &str, handler: pellicle_script::sandbox::host_api::HostHandler) -> Outcome<HostApi> {
    HostApi::described(description, handler).map_err(Failure::argument)
}

impl HostState {
    pub fn new(setup: HostSetup<'_>) -> Outcome<HostState> {
        let network = match setup.network {
            none if none == PellicleNetwork::None as u32 => None,
            public if public == PellicleNetwork::Public as u32 => Some(NetworkPolicy::default()),
            any if any == PellicleNetwork::Any as u32 => Some(NetworkPolicy::open()),
            other => return Err(Failure::argument(format!("network: there is no {other}"))),
        };
        let permissions = match setup.permissions {
            "" => PermissionPolicy::default(),
            text => {
                let json = serde_json::from_str(text).map_err(Failure::argument)?;
                PermissionPolicy::from_json(&json).map_err(Failure::argument)?
            }
        };
        let usual = CacheBudgets::default();
        let pictures = if setup.picture_bytes == 0 { usual.pictures } else { setup.picture_bytes };
        let config = HostConfig {
            caches: SharedCaches::new(CacheBudgets { pictures, ..usual }),
            data: (!setup.data.is_empty()).then(|| PathBuf::from(setup.data)),
            network,
            permissions,
            ..HostConfig::default()
        };
        let windows = Windows::keeping(config.data.as_ref().map(|data| data.join("pipelines")));
        Ok(HostState { host: Host::new(config), registered: Registered::default(), windows })
    }

    pub fn register_api(&mut self, description: &str) -> Outcome {
        let mut registered = self.registered.clone();
        registered.apis.push(description.to_owned());
        registered.check()?;
        self.registered = registered;
        Ok(())
    }

    pub fn register_event(&mut self, event: &str) -> Outcome {
        let mut registered = self.registered.clone();
        registered.events.push(event.to_owned());
        registered.check()?;
        self.registered = registered;
        Ok(())
    }

    /// What its mini-programs share.
    pub fn caches(&self) -> SharedCaches {
        self.host.caches().clone()
    }

    pub fn trim(&self) {
        self.host.caches().trim();
    }

    /// A mini-program of this host, with what is offered to it.
    pub fn program(&self, id: &str, package: Arc<dyn PackageSource>) -> Outcome<(HostedProgram, Offered)> {
        let program = self.host.program(id, package).map_err(|error| Failure::new(PellicleStatus::System, error))?;
        Ok((program, Offered { registered: self.registered.clone(), windows: self.windows.clone() }))
    }
}
