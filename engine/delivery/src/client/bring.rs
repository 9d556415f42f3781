//! Files of a version: made of those of another version that are there, or fetched whole; then put in their place.

use super::download::Watch;
use super::error::on_disk;
use super::state::Installed;
use super::trust::Said;
use super::{Client, FetchError, Source, UpdateError, partial_path};
use crate::archive::index::hex;
use crate::archive::{ArchiveError, ArchivePackage, parts::EXTENSION as PART_EXTENSION};
use crate::delta;
use crate::repository::{FileOfTarget, Release};
use semver::Version;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A file that is on the disk.
pub(super) struct Kept {
    pub(super) file: String,
    pub(super) length: u64,
    pub(super) sha256: [u8; 32],
}

/// A file that is wanted, with one that is there and what makes it of that.
pub(super) struct Wanted<'a> {
    pub(super) file: &'a FileOfTarget,
    pub(super) base: Option<(Kept, &'a FileOfTarget)>,
}

/// A file that has come.
pub(super) struct Brought {
    pub(super) bytes: Vec<u8>,
    /// Bytes that came for it.
    pub(super) fetched: u64,
    /// It was made of another one.
    pub(super) by_delta: bool,
}

/// The name of a part's file among the packages.
pub(super) fn part_file(sha256: &[u8; 32]) -> String {
    format!("{}.{PART_EXTENSION}", hex::text(sha256))
}

/// The place of a file among the packages.
pub(super) fn place_of(app: &str, file: &str) -> String {
    format!("apps/{app}/packages/{file}")
}

/// What makes a file of one that has this hash.
pub(super) fn release_delta<'a>(
    deltas: &'a BTreeMap<String, FileOfTarget>,
    base: &[u8; 32],
) -> Option<&'a FileOfTarget> {
    deltas.get(&hex::text(base))
}

impl Installed {
    /// Its package as a file.
    pub(super) fn whole(&self) -> Kept {
        Kept { file: self.file(), length: self.length, sha256: self.sha256 }
    }
}

impl Wanted<'_> {
    /// Names of what comes of it.
    pub(super) fn partial_files(&self) -> Vec<String> {
        let patch = self.base.as_ref().map(|(_, patch)| hex::text(&patch.sha256));
        patch.into_iter().chain([hex::text(&self.file.sha256)]).collect()
    }
}

/// Which version of which mini-program comes from where.
#[derive(Clone, Copy)]
pub(super) struct Errand<'a> {
    pub(super) app: &'a str,
    pub(super) source: &'a Source,
    pub(super) said: &'a Said,
    pub(super) version: &'a Version,
}

impl Client {
    /// The bytes of a file that is not there.
    pub(super) fn bring(
        &self,
        errand: Errand<'_>,
        wanted: &Wanted<'_>,
        watch: Watch<'_>,
    ) -> Result<Brought, UpdateError> {
        let Errand { app, source, said, version } = errand;
        let downloads = self.downloads(source);
        let file = wanted.file;
        let listed = |file: &FileOfTarget| -> Result<(), UpdateError> {
            // Both lists are signed; what they say of a file is the same.
            let same = said.file(&file.target) == Some(file);
            if same { Ok(()) } else { Err(UpdateError::Tampered(file.target.clone())) }
        };
        listed(file)?;
        if file.length > self.config.limits.archive_bytes {
            let (found, most) = (file.length, self.config.limits.archive_bytes);
            let source = ArchiveError::TooLarge { what: "bytes", found, most };
            return Err(UpdateError::Package { version: version.clone(), source });
        }
        // What has come of the whole file may be nearly all of it.
        let begun = self.disk().length(&partial_path(app, &file.sha256)?).ok().flatten().unwrap_or(0);
        if let Some((base, patch)) = &wanted.base
            && listed(patch).is_ok()
            && patch.length < file.length.saturating_sub(begun)
            && let Some(old) = self.kept(&place_of(app, &base.file), base.length, &base.sha256)?
        {
            let place = partial_path(app, &patch.sha256)?;
            let fetched = downloads.file(patch, &place, watch);
            match fetched {
                Ok(bytes) => {
                    self.disk().remove(&place).map_err(on_disk(&place))?;
                    let made = delta::apply(&old, &bytes, &self.config.limits);
                    if let Ok(made) = made
                        && Sha256::digest(&made)[..] == file.sha256
                    {
                        return Ok(Brought { bytes: made, fetched: patch.length, by_delta: true });
                    }
                }
                // There may be the whole file where the difference is not.
                Err(UpdateError::Fetch(FetchError::Missing(_)) | UpdateError::Tampered(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let bytes = downloads.file(file, &partial_path(app, &file.sha256)?, watch)?;
        Ok(Brought { bytes, fetched: file.length - begun.min(file.length), by_delta: false })
    }

    /// Puts a file that has come in its place, over whatever lies there: it was not what it was.
    pub(super) fn place(
        &self,
        app: &str,
        brought: &Brought,
        file: &FileOfTarget,
        place: &str,
    ) -> Result<(), UpdateError> {
        let partial = partial_path(app, &file.sha256)?;
        if brought.by_delta {
            self.disk().remove(&partial).map_err(on_disk(&partial))?;
            self.disk().append(&partial, &brought.bytes).map_err(|error| {
                // A disk that is full needs the room.
                let _ = self.disk().remove(&partial);
                on_disk(&partial)(error)
            })?;
        }
        self.disk().sync(&partial).map_err(on_disk(&partial))?;
        self.disk().rename(&partial, place).map_err(on_disk(place))
    }

    /// The parts of a version that are to come with it: those that were wanted of the version that runs. Others come when they
    /// are wanted.
    pub(super) fn parts_to_bring<'a>(
        &self,
        app: &str,
        release: &'a Release,
        current: Option<&Installed>,
    ) -> Result<Vec<(&'a str, Wanted<'a>)>, UpdateError> {
        let mut parts = Vec::new();
        for (root, part) in &release.parts {
            let Some(old) = current.and_then(|current| current.parts.get(root)) else { continue };
            let is_there = |file: &FileOfTarget| {
                let place = place_of(app, &part_file(&file.sha256));
                Ok::<_, UpdateError>(self.disk().length(&place).map_err(on_disk(&place))? == Some(file.length))
            };
            if is_there(old)? && !is_there(&part.file)? {
                let kept = Kept { file: part_file(&old.sha256), length: old.length, sha256: old.sha256 };
                let base = release_delta(&part.deltas, &old.sha256).map(|patch| (kept, patch));
                parts.push((&**root, Wanted { file: &part.file, base }));
            }
        }
        Ok(parts)
    }

    /// Brings a part of a version with it; bytes that came. One that the repository does not have as it promised is left for the
    /// time when it is wanted.
    pub(super) fn bring_part(
        &self,
        errand: Errand<'_>,
        (root, wanted): (&str, &Wanted<'_>),
        package: &ArchivePackage,
        watch: Watch<'_>,
    ) -> Result<u64, UpdateError> {
        let Errand { app, version, .. } = errand;
        let _coming = self.coming.enter(&wanted.file.sha256);
        let brought = match self.bring(errand, wanted, watch) {
            Ok(brought) => brought,
            Err(UpdateError::Fetch(FetchError::Missing(_)) | UpdateError::Tampered(_)) => return Ok(0),
            Err(error) => return Err(error),
        };
        let refused = |source| UpdateError::Package { version: version.clone(), source };
        package.attach(root, &brought.bytes).and_then(|()| package.verify()).map_err(refused)?;
        self.place(app, &brought, wanted.file, &place_of(app, &part_file(&wanted.file.sha256)))?;
        Ok(brought.fetched)
    }

    /// The file of a part of what is installed, if it is there.
    pub(super) fn kept_part(&self, app: &str, part: &FileOfTarget) -> Result<Option<Vec<u8>>, UpdateError> {
        self.kept(&place_of(app, &part_file(&part.sha256)), part.length, &part.sha256)
    }

    /// Brings a part of what is installed, from the first of these sources that has it, and keeps it.
    ///
    /// # Errors
    /// [`UpdateError`] if none has it: that of the last one.
    pub fn fetch_part(
        &self,
        app: &str,
        part: &FileOfTarget,
        sources: &[Source],
        watch: Watch<'_>,
    ) -> Result<Vec<u8>, UpdateError> {
        let _coming = self.coming.enter(&part.sha256);
        // Somebody else may have brought it meanwhile.
        if let Some(bytes) = self.kept_part(app, part)? {
            return Ok(bytes);
        }
        let mut last = UpdateError::Fetch(FetchError::Missing(part.target.clone()));
        for source in sources {
            // The version that runs named it by its hash: whatever the repository says by now, it is this file or none.
            match self.downloads(source).file(part, &partial_path(app, &part.sha256)?, watch) {
                Ok(bytes) => {
                    let brought = Brought { bytes, fetched: part.length, by_delta: false };
                    self.place(app, &brought, part, &place_of(app, &part_file(&part.sha256)))?;
                    return Ok(brought.bytes);
                }
                Err(UpdateError::Cancelled) => return Err(UpdateError::Cancelled),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}
