//! Where pictures come from.

use super::reach::{Guard, NetworkPolicy, Purpose};
use super::simulated::Simulation;
use super::{MAX_BODY, http};
use crate::images::ImageSource;
use crate::package::densities;
use pellicle_script::capability::audit::AuditSink;
use pellicle_script::capability::files::{FilePath, SharedFiles};
use pellicle_script::package::PackageSource;
use std::sync::Arc;
use std::time::Duration;

/// Longest time that a picture may take.
const IMAGE_TIMEOUT: Duration = Duration::from_secs(30);

/// Pictures of the package, and of the network where that is allowed.
pub struct PackageImages {
    package: Arc<dyn PackageSource>,
    files: Option<SharedFiles>,
    network: Option<(Guard, ureq::Agent)>,
}

impl PackageImages {
    /// Pictures of a package.
    pub fn new(package: Arc<dyn PackageSource>) -> PackageImages {
        PackageImages { package, files: None, network: None }
    }

    /// Those that a policy lets it reach over the network, too.
    pub fn with_network(self, policy: NetworkPolicy, audit: Arc<dyn AuditSink>) -> PackageImages {
        let guard = Guard { policy: Arc::new(policy), audit, world: None };
        let agent = http::agent(&guard, Purpose::Picture);
        PackageImages { network: Some((guard, agent)), ..self }
    }

    /// Those of the network come as they do in a world that is simulated.
    #[must_use]
    pub fn simulated(mut self, world: Arc<Simulation>) -> PackageImages {
        if let Some((guard, _)) = &mut self.network {
            guard.world = Some(world);
        }
        self
    }

    /// Pictures that the mini-program wrote or fetched, too.
    pub fn with_files(self, files: SharedFiles) -> PackageImages {
        PackageImages { files: Some(files), ..self }
    }
}

impl ImageSource for PackageImages {
    fn fetch_for(&self, url: &str, scale: f32) -> Result<(Vec<u8>, u32), String> {
        let path = url.strip_prefix('/').filter(|path| !path.starts_with('/'));
        match path.and_then(|path| densities::pick(&*self.package, path, scale)) {
            Some((path, density)) => Ok((self.fetch(&format!("/{path}"))?, density)),
            None => Ok((self.fetch(url)?, 1)),
        }
    }

    fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
        if let Some(path) = url.strip_prefix('/').filter(|path| !path.starts_with('/')) {
            let bytes = self.package.read(path).ok_or_else(|| "there is no such file in the package".to_owned())?;
            return Ok(bytes.to_vec());
        }
        if let (Some(path), Some(files)) = (FilePath::parse_stored(url), &self.files) {
            let read = path.and_then(|path| files.fetch(&path, MAX_BODY));
            return read.map_err(|error| error.to_string());
        }
        let url = if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() };
        let Some((guard, agent)) = self.network.as_ref().filter(|_| url.starts_with("http")) else {
            return Err("the network is not available".to_owned());
        };
        let fault = |error| http::fault(guard, Purpose::Picture, error).to_string();
        if let Some(world) = &guard.world {
            world.send(0, IMAGE_TIMEOUT, || true).map_err(|failure| failure.to_string())?;
        }
        let request = agent.get(&url).config().timeout_global(Some(IMAGE_TIMEOUT)).http_status_as_error(true).build();
        let mut response = request.call().map_err(fault)?;
        let bytes = response.body_mut().with_config().limit(MAX_BODY).read_to_vec().map_err(fault)?;
        if let Some(world) = &guard.world {
            world.receive(bytes.len(), || true);
        }
        Ok(bytes)
    }
}
