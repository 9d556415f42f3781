//! Where the files of a repository come from.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

/// Why a file does not come.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no such file.
    #[error("{0}: it is not there")]
    Missing(String),
    /// It cannot be fetched now.
    #[error("{address}: {why}")]
    Failed {
        /// Where it was looked for.
        address: String,
        /// What is in the way.
        why: String,
    },
}

/// A file that comes, or the rest of it.
pub struct Body {
    /// The byte that it begins with: the one that was asked for, or the first one, where only whole files are given.
    pub from: u64,
    /// Its bytes. An end that comes too early is found by their number.
    pub bytes: Box<dyn Read + Send>,
}

/// Files of a repository by their paths in it. Nothing that comes from it is trusted.
pub trait Fetch: Send + Sync {
    /// A file from a byte on.
    ///
    /// # Errors
    /// [`FetchError`] if it does not come.
    fn get(&self, path: &str, from: u64) -> Result<Body, FetchError>;
}

/// A repository in a folder, such as one that a host is shipped with.
#[derive(Clone, Debug)]
pub struct FolderFetch(PathBuf);

impl FolderFetch {
    /// Of this folder.
    pub fn new(folder: impl Into<PathBuf>) -> FolderFetch {
        FolderFetch(folder.into())
    }
}

impl Fetch for FolderFetch {
    fn get(&self, path: &str, from: u64) -> Result<Body, FetchError> {
        let place = self.0.join(path);
        let error = |error: io::Error| match error.kind() {
            ErrorKind::NotFound => FetchError::Missing(place.display().to_string()),
            _ => FetchError::Failed { address: place.display().to_string(), why: error.to_string() },
        };
        let mut file = File::open(&place).map_err(error)?;
        file.seek(SeekFrom::Start(from)).map_err(error)?;
        Ok(Body { from, bytes: Box::new(file) })
    }
}

/// How servers are asked.
#[derive(Clone, Copy, Debug)]
pub struct HttpLimits {
    /// How long a connection may take.
    pub connect: Duration,
    /// How long nothing may come.
    pub silence: Duration,
    /// Redirections that are followed.
    pub redirections: u32,
}

impl Default for HttpLimits {
    /// Ten seconds for a connection, twenty without a byte, five redirections.
    fn default() -> HttpLimits {
        HttpLimits { connect: Duration::from_secs(10), silence: Duration::from_secs(20), redirections: 5 }
    }
}

/// Why an address is none of a repository.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It cannot be understood.
    #[error("{address}: {why}")]
    Form {
        /// The address.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// Everybody on the way would see what is fetched.
    #[error("{0}: a repository is reached by https, or by http on this machine")]
    Open(String),
}

/// A repository on a server.
#[derive(Clone, Debug)]
pub struct HttpFetch {
    base: String,
    agent: ureq::Agent,
}

impl HttpFetch {
    /// The repository at an address, `https:` or, on this machine, `http:`.
    ///
    /// # Errors
    /// [`AddressError`] if it is none.
    pub fn new(address: &str, limits: &HttpLimits) -> Result<HttpFetch, AddressError> {
        let url = url::Url::parse(address)
            .map_err(|error| AddressError::Form { address: address.to_owned(), why: error.to_string() })?;
        let is_here = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let is_open = url.scheme() == "http" && is_here;
        if url.scheme() != "https" && !is_open {
            return Err(AddressError::Open(address.to_owned()));
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .https_only(!is_open)
            .max_redirects(limits.redirections)
            .timeout_connect(Some(limits.connect))
            .timeout_recv_response(Some(limits.silence))
            .timeout_per_read(Some(limits.silence))
            .user_agent(concat!("pellicle/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(HttpFetch { base: address.trim_end_matches('/').to_owned(), agent })
    }
}

impl Fetch for HttpFetch {
    fn get(&self, path: &str, from: u64) -> Result<Body, FetchError> {
        let address = format!("{}/{path}", self.base);
        let failed = |why: String| FetchError::Failed { address: address.clone(), why };
        // The hash is of the file as it lies there; what is compressed for the way cannot be continued either.
        let mut request = self.agent.get(&address).header("accept-encoding", "identity");
        if from > 0 {
            request = request.header("range", format!("bytes={from}-"));
        }
        let response = request.call().map_err(|error| failed(error.to_string()))?;
        let begins = match response.status().as_u16() {
            200 => 0,
            206 => response
                .headers()
                .get("content-range")
                .and_then(|range| range.to_str().ok()?.strip_prefix("bytes ")?.split('-').next()?.parse().ok())
                .ok_or_else(|| failed("it answers with a part and does not say which".to_owned()))?,
            404 | 410 => return Err(FetchError::Missing(address)),
            status => return Err(failed(format!("the server answers {status}"))),
        };
        let bytes = response.into_body().into_with_config().limit(u64::MAX).reader();
        Ok(Body { from: begins, bytes: Box::new(bytes) })
    }
}
