//! What a repository says of a mini-program: its versions, who gets them, and the files that they are.

use crate::archive::index::hex;
use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format that is written and read.
pub const FORMAT: u32 = 1;
/// The file of a mini-program's versions, in its folder of the targets.
pub const RELEASES_FILE: &str = "releases.json";
/// The channel that devices follow unless they are told otherwise.
pub const DEFAULT_CHANNEL: &str = "stable";

/// Why a list of versions cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReleasesError {
    /// It is not JSON of its form.
    #[error("{0}")]
    Form(#[from] serde_json::Error),
    /// It is of another format.
    #[error("it has format {0}, this engine reads format {FORMAT}")]
    Format(u32),
}

/// The versions of a mini-program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Releases {
    /// Version of the format.
    pub format: u32,
    /// The mini-program's identity.
    pub app: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// From the oldest to the newest version.
    pub releases: Vec<Release>,
}

/// A version of a mini-program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Its number.
    pub version: Version,
    /// Channels that have it, and how many of a hundred devices of each.
    pub channels: BTreeMap<String, f64>,
    /// Engines that run it.
    pub engine: VersionReq,
    /// The package.
    pub package: FileOfTarget,
    /// What makes the package of an older one, by the SHA-256 of that.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deltas: BTreeMap<String, FileOfTarget>,
    /// Parts of the package that lie in files of their own, by their roots.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, PartOfRelease>,
    /// It was taken back: nobody gets it, and who has it gets another one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

/// A part of a package in a file of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartOfRelease {
    /// The file.
    #[serde(flatten)]
    pub file: FileOfTarget,
    /// What makes it of an older one, by the SHA-256 of that.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deltas: BTreeMap<String, FileOfTarget>,
}

/// A file of the repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOfTarget {
    /// Its path among the targets.
    pub target: String,
    /// Its length, bytes.
    pub length: u64,
    /// SHA-256 of its contents.
    #[serde(with = "hex")]
    pub sha256: [u8; 32],
}

impl Releases {
    /// No version yet.
    pub fn new(app: &str) -> Releases {
        Releases { format: FORMAT, app: app.to_owned(), name: String::new(), releases: Vec::new() }
    }

    /// Reads a list. What a later engine adds to it is passed over as long as the format stays.
    ///
    /// # Errors
    /// [`ReleasesError`] if it cannot be used.
    pub fn parse(bytes: &[u8]) -> Result<Releases, ReleasesError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let Head { format } = serde_json::from_slice(bytes)?;
        if format != FORMAT {
            return Err(ReleasesError::Format(format));
        }
        Ok(serde_json::from_slice(bytes)?)
    }

    /// The version that has a package.
    pub fn of_package(&self, sha256: &[u8; 32]) -> Option<&Release> {
        self.releases.iter().find(|release| release.package.sha256 == *sha256)
    }

    /// The version of this number.
    pub fn version(&mut self, version: &Version) -> Option<&mut Release> {
        self.releases.iter_mut().find(|release| release.version == *version)
    }

    /// The version that a device is to have; `None` if there is none for it.
    pub fn choose(&self, device: &Device<'_>) -> Option<&Release> {
        let is_for = |release: &&Release| {
            let share = release.channels.get(device.channel).copied();
            let has = device.current == Some(&release.package.sha256);
            !release.withdrawn
                && release.engine.matches(device.engine)
                && !device.refused.contains(&release.package.sha256)
                // Who has a version keeps it when its share is lowered.
                && share.is_some_and(|share| has || device.place(&self.app, &release.version) < share)
        };
        self.releases.iter().filter(is_for).max_by(|a, b| a.version.cmp(&b.version))
    }
}

/// What decides which version a device gets.
#[derive(Clone, Copy, Debug)]
pub struct Device<'a> {
    /// What tells it from other devices: random, and told to nobody.
    pub id: &'a [u8; 16],
    /// The channel that it follows.
    pub channel: &'a str,
    /// The version of its engine.
    pub engine: &'a Version,
    /// SHA-256 of the package that it has.
    pub current: Option<&'a [u8; 32]>,
    /// Packages that did not run on it.
    pub refused: &'a [[u8; 32]],
}

impl Device<'_> {
    /// Where it stands among all devices for a version, from 0 to below 100. It is another place for each version: not the same
    /// devices are first each time.
    fn place(&self, app: &str, version: &Version) -> f64 {
        use sha2::{Digest, Sha256};
        let mut hasher = Sha256::new();
        hasher.update(self.id);
        hasher.update(app);
        hasher.update([0]);
        hasher.update(version.to_string());
        let digest = hasher.finalize();
        let number = digest.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        f64::from(number) / (f64::from(u32::MAX) + 1.0) * 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(version: &str, share: f64, byte: u8) -> Release {
        Release {
            version: version.parse().unwrap(),
            channels: BTreeMap::from([(DEFAULT_CHANNEL.to_owned(), share)]),
            engine: VersionReq::STAR,
            package: FileOfTarget { target: String::new(), length: 0, sha256: [byte; 32] },
            deltas: BTreeMap::new(),
            parts: BTreeMap::new(),
            withdrawn: false,
        }
    }

    fn chosen(releases: &Releases, number: u128, current: Option<&[u8; 32]>, refused: &[[u8; 32]]) -> Option<u8> {
        let (id, engine) = (number.to_le_bytes(), Version::new(0, 1, 0));
        let device = Device { id: &id, channel: DEFAULT_CHANNEL, engine: &engine, current, refused };
        releases.choose(&device).map(|release| release.package.sha256[0])
    }

    #[test]
    fn a_share_of_devices_gets_a_version_and_more_of_them_when_it_grows() {
        let mut releases = Releases { releases: vec![release("1.0.0", 100.0, 1)], ..Releases::new("a") };
        releases.releases.push(release("1.1.0", 10.0, 2));
        let newer = |releases: &Releases| (0..4000).filter(|n| chosen(releases, *n, None, &[]) == Some(2)).collect();
        let first: Vec<u128> = newer(&releases);
        assert!((300..500).contains(&first.len()), "{}", first.len());
        releases.releases[1].channels.insert(DEFAULT_CHANNEL.to_owned(), 50.0);
        let then: Vec<u128> = newer(&releases);
        assert!((1850..2150).contains(&then.len()) && first.iter().all(|n| then.contains(n)));
        // Another version is tried on others.
        releases.releases[1] = release("1.2.0", 10.0, 2);
        assert!(newer(&releases) != first);
    }

    #[test]
    fn what_is_taken_back_refused_or_for_other_engines_is_not_chosen() {
        let mut releases = Releases { releases: vec![release("1.0.0", 100.0, 1)], ..Releases::new("a") };
        releases.releases.push(release("1.1.0", 100.0, 2));
        assert_eq!(chosen(&releases, 7, Some(&[1; 32]), &[]), Some(2));
        assert_eq!(chosen(&releases, 7, Some(&[1; 32]), &[[2; 32]]), Some(1));
        // Who has a version keeps it, who has not does not get it.
        releases.releases[1] = release("1.1.0", 0.0, 2);
        assert_eq!(chosen(&releases, 7, Some(&[2; 32]), &[]), Some(2));
        assert_eq!(chosen(&releases, 7, Some(&[1; 32]), &[]), Some(1));
        releases.releases[1].withdrawn = true;
        assert_eq!(chosen(&releases, 7, Some(&[2; 32]), &[]), Some(1));
        releases.releases[1] = Release { engine: ">=0.2.0".parse().unwrap(), ..release("1.1.0", 100.0, 2) };
        assert_eq!(chosen(&releases, 7, None, &[]), Some(1));
        releases.releases.remove(0);
        assert_eq!(chosen(&releases, 7, None, &[]), None);
    }
}
