//! What is kept on disk, in a folder of the host's.
//!
//! A file holds a checksum over what its code was made from and all that follows, what it is and who brought it, and the bytes.
//! It is written beside itself and renamed, so nobody sees half of one; what is not as it was written is not used, and is written anew.

use super::packed::{Code, CodeKey, Kind, Label};
use crate::capability::seal::StorageKey;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Bytes of a checksum.
const CHECK: usize = 32;
/// Bytes of a kind and of the length of an owner's name, which follows.
const LABEL: usize = 2;
/// The longest name of an owner that is kept, bytes.
const OWNER: usize = 255;
/// Bytes of a file's name.
const NAME: usize = 64;
/// The ending of a file that is being written.
const PART: &str = ".part";
/// One code may take this part of the room.
const SHARE: u64 = 4;

/// A folder for compiled code.
///
/// Who can write to it can have anything run in the host's process, as who can change the host's program. So it is a
/// folder of the host's user alone, and no folder that packages are unpacked to. With a key of the host's, who can
/// write to the disk but does not know the key gains nothing: code that was not checked with the key is not used.
pub struct CodeFolder {
    path: PathBuf,
    key: [u8; 32],
    budget: u64,
}

/// Why a folder is none for code.
#[derive(Debug, thiserror::Error)]
pub enum CodeFolderError {
    /// It cannot be made, read or written.
    #[error("the folder for compiled code {path}: {error}")]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// Others than the host's user can write to it, or own it.
    #[error(
        "the folder for compiled code {path} is open to others: it must be this user's, and writable for nobody else"
    )]
    Open {
        /// The folder.
        path: PathBuf,
    },
}

/// What is there for a key.
pub(super) enum Found {
    Code(Code, Label),
    Nothing,
    /// Something else than was written.
    Damaged,
}

/// A file of such a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptFile {
    /// What is in it; `None` if that is not known.
    pub kind: Option<Kind>,
    /// The program that brought it.
    pub owner: String,
    /// Its size, bytes.
    pub bytes: u64,
    /// When it was used last.
    pub used: SystemTime,
    path: PathBuf,
    key: Option<CodeKey>,
}

/// The bytes that stand for a label.
fn head(label: &Label) -> Vec<u8> {
    let mut end = label.owner.len().min(OWNER);
    while !label.owner.is_char_boundary(end) {
        end -= 1;
    }
    let mut head = vec![label.kind as u8, end as u8];
    head.extend_from_slice(&label.owner.as_bytes()[..end]);
    head
}

/// A label, and what follows it.
fn split(bytes: &[u8]) -> Option<(Label, &[u8])> {
    let ([kind, length], rest) = bytes.split_first_chunk::<LABEL>()?;
    let (owner, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((Label { kind: Kind::of(*kind)?, owner: Arc::from(std::str::from_utf8(owner).ok()?) }, rest))
}

impl CodeFolder {
    /// A folder, which is made if it is not there, for at most so many bytes of files. With a key, code is used only if
    /// it was written with the same key; without one the checksum finds damage, but no intent.
    ///
    /// # Errors
    /// [`CodeFolderError`] if it cannot be used, or others can write to it.
    pub fn open(path: &Path, key: Option<&StorageKey>, bytes: u64) -> Result<CodeFolder, CodeFolderError> {
        let fault = |error| CodeFolderError::Io { path: path.to_owned(), error };
        make(path).map_err(fault)?;
        let path = path.canonicalize().map_err(fault)?;
        if !is_private(&path).map_err(fault)? {
            return Err(CodeFolderError::Open { path });
        }
        let key = match key {
            Some(key) => key.derived("pellicle 2026-11 compiled code checks"),
            None => *blake3::hash(b"pellicle 2026-11 compiled code checks without a key").as_bytes(),
        };
        Ok(CodeFolder { path, key, budget: bytes })
    }

    fn file(&self, key: &CodeKey) -> PathBuf {
        self.path.join(key.name())
    }

    fn check(&self, key: &CodeKey, head: &[u8], code: &[u8]) -> blake3::Hash {
        blake3::Hasher::new_keyed(&self.key).update(key.bytes()).update(head).update(code).finalize()
    }

    /// The files that are in it, those that were used last first. Of each only the head is read.
    pub fn files(&self) -> Vec<KeptFile> {
        let mut files: Vec<KeptFile> = Vec::new();
        self.each(|path, name, data| {
            let mut head = [0; CHECK + LABEL + OWNER];
            let read = File::open(&path).and_then(|file| {
                let mut taken = 0;
                let mut file = file.take(head.len() as u64);
                while taken < head.len() {
                    match file.read(&mut head[taken..])? {
                        0 => break,
                        more => taken += more,
                    }
                }
                Ok(taken)
            });
            let label = read.ok().and_then(|taken| split(head.get(CHECK..taken)?)).map(|(label, _)| label);
            files.push(KeptFile {
                kind: label.as_ref().map(|label| label.kind),
                owner: label.map(|label| label.owner.to_string()).unwrap_or_default(),
                bytes: data.len(),
                used: data.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                path,
                key: CodeKey::named(name),
            });
        });
        files.sort_by(|a, b| b.used.cmp(&a.used).then_with(|| a.path.cmp(&b.path)));
        files
    }

    /// True if a file is what was written, by this folder's key.
    pub fn is_whole(&self, file: &KeptFile) -> bool {
        file.key.is_some_and(|key| matches!(self.read(&key), Found::Code(..)))
    }

    /// Removes a file. What uses it goes on with what it has.
    ///
    /// # Errors
    /// [`CodeFolderError::Io`] if it cannot be removed.
    pub fn remove(&self, file: &KeptFile) -> Result<(), CodeFolderError> {
        match fs::remove_file(&file.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(CodeFolderError::Io { path: file.path.clone(), error })
            }
            _ => Ok(()),
        }
    }

    /// Calls `with` for each file that was written to its end.
    fn each(&self, mut with: impl FnMut(PathBuf, &str, fs::Metadata)) {
        for entry in fs::read_dir(&self.path).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let (hash, rest) = name.split_at_checked(NAME).unwrap_or((name, ""));
            if hash.len() != NAME || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                continue;
            }
            if rest.is_empty()
                && let Ok(data) = entry.metadata()
            {
                with(entry.path(), hash, data);
            }
        }
    }

    /// The code that was made from something.
    pub(super) fn read(&self, key: &CodeKey) -> Found {
        let most = (self.budget / SHARE).saturating_add((CHECK + LABEL + OWNER) as u64);
        let mut bytes = Vec::new();
        let Ok(file) = File::open(self.file(key)) else { return Found::Nothing };
        if file.take(most + 1).read_to_end(&mut bytes).is_err() || bytes.len() as u64 > most {
            return Found::Damaged;
        }
        let Some((check, rest)) = bytes.split_first_chunk::<CHECK>() else { return Found::Damaged };
        // Comparing takes the same time wherever they differ.
        if self.check(key, &[], rest) != blake3::Hash::from(*check) {
            return Found::Damaged;
        }
        split(rest).map_or(Found::Damaged, |(label, code)| Found::Code(Code::checked(code), label))
    }

    /// Writes a code; `on_disk` are the bytes of all. One that cannot be written is not kept.
    pub(super) fn write(&self, key: &CodeKey, code: &Code, label: &Label, on_disk: &mut u64) {
        let head = head(label);
        let size = (CHECK + head.len() + code.len()) as u64;
        if code.len() as u64 > self.budget / SHARE {
            return;
        }
        let place = self.file(key);
        let before = fs::metadata(&place).map_or(0, |data| data.len());
        let part = self.path.join(format!("{}.{}{PART}", key.name(), std::process::id()));
        let written = OpenOptions::new().write(true).create_new(true).open(&part).and_then(|mut file| {
            file.write_all(self.check(key, &head, code.bytes()).as_bytes())?;
            file.write_all(&head)?;
            file.write_all(code.bytes())
        });
        if written.and_then(|()| fs::rename(&part, &place)).is_err() {
            let _ = fs::remove_file(&part);
            return;
        }
        *on_disk = on_disk.saturating_sub(before).saturating_add(size);
        if *on_disk > self.budget {
            *on_disk = self.tidy();
        }
    }

    /// Notes that a code was used.
    pub(super) fn touch(&self, key: &CodeKey) {
        // A folder that cannot be written any more can be read all the same.
        let file = OpenOptions::new().append(true).open(self.file(key));
        let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
    }

    /// Removes what nobody finishes, and what was used longest ago if there is too much; gives the bytes that are left.
    pub(super) fn tidy(&self) -> u64 {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let (hash, rest) = name.split_at_checked(NAME).unwrap_or((name, ""));
            if hash.len() != NAME || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                continue;
            }
            if rest.ends_with(PART) {
                let _ = fs::remove_file(entry.path());
            } else if rest.is_empty()
                && let Ok(data) = entry.metadata()
            {
                files.push((data.modified().unwrap_or(SystemTime::UNIX_EPOCH), data.len(), entry.path()));
            }
        }
        let mut bytes = files.iter().fold(0_u64, |sum, (_, size, _)| sum.saturating_add(*size));
        files.sort();
        for (_, size, path) in files {
            if bytes <= self.budget {
                break;
            }
            if fs::remove_file(path).is_ok() {
                bytes = bytes.saturating_sub(size);
            }
        }
        bytes
    }
}

/// Makes a folder for its user alone.
fn make(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// True if nobody but the user of this process can write to a folder, as far as the system tells.
#[cfg(unix)]
fn is_private(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let folder = fs::metadata(path)?;
    // Whose a new file is says who we are.
    let probe = path.join(format!("{}{PART}", std::process::id()));
    match fs::remove_file(&probe) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let own = OpenOptions::new().write(true).create_new(true).open(&probe)?.metadata()?.uid();
    fs::remove_file(&probe)?;
    Ok(folder.uid() == own && folder.mode() & 0o022 == 0)
}

#[cfg(not(unix))]
fn is_private(path: &Path) -> io::Result<bool> {
    fs::metadata(path).map(|folder| folder.is_dir())
}
