//! Reading a recording.

use super::entry::{BlobHash, Entry, HostCall, viewport_is_sound};
use super::format::{FormatError, FrameKind, FrameReader};
use super::head::{Head, PackageFile, package_hash, package_of};
use super::tap::Blobs;
use pellicle_script::package::PackageSource;
use pellicle_script::record::{LogicEntry, read_entries};
use pellicle_script::wire::decode::Numbers;
use pellicle_script::wire::frame::read;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the bytes are.
#[derive(Clone)]
enum Bytes {
    File(PathBuf),
    Memory(Arc<[u8]>),
}

type Input = Box<dyn Read + Send>;

impl Bytes {
    fn reader(&self) -> Result<FrameReader<Input>, FormatError> {
        let input: Input = match self {
            Bytes::File(path) => Box::new(BufReader::new(File::open(path)?)),
            Bytes::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
        };
        FrameReader::new(input)
    }
}

/// A recording that was opened: its head, and what is in it as a whole. What happened is read from the file as it is played.
pub struct Recording {
    bytes: Bytes,
    head: Head,
    files: Vec<PackageFile>,
    pub(super) blobs: Arc<Blobs>,
    calls: u64,
    frames: u64,
    turns: u64,
    length: f64,
    ended: bool,
    damaged: Option<u64>,
}

/// What a host did, and what came in until it did the next thing.
#[derive(Debug)]
pub struct Span {
    /// What it did; `None` for opening the program.
    pub call: Option<HostCall>,
    /// What came in.
    pub entries: Vec<Entry>,
}

/// What the render side noted. Figures that are no numbers, and calls that no host makes, are none of it.
fn entry(bytes: &[u8]) -> Option<Entry> {
    let entry = read(bytes, Numbers::Finite).ok()?;
    (!matches!(&entry, Entry::Call(call) if !call.is_sound())).then_some(entry)
}

fn value<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    read(bytes, Numbers::Any).ok()
}

impl Recording {
    /// Opens a file. One that was broken off or is damaged behind its head is opened as far as it is whole.
    ///
    /// # Errors
    /// [`FormatError`] if there is no recording to be had from it.
    pub fn open(path: &Path) -> Result<Recording, FormatError> {
        Recording::scan(Bytes::File(path.to_owned()))
    }

    /// Opens a recording in memory.
    ///
    /// # Errors
    /// As [`Recording::open`].
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Result<Recording, FormatError> {
        Recording::scan(Bytes::Memory(bytes.into()))
    }

    fn scan(bytes: Bytes) -> Result<Recording, FormatError> {
        let mut reader = bytes.reader()?;
        let (mut head, mut files, mut blobs) = (None, Vec::new(), Blobs::default());
        let (mut calls, mut frames, mut turns, mut ended, mut damaged) = (0, 0, 0, false, None);
        let (mut first, mut last) = (None, 0.0);
        loop {
            let (kind, body) = match reader.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(FormatError::Damaged(at)) => {
                    damaged = Some(at);
                    break;
                }
                Err(error) => return Err(error),
            };
            match kind {
                FrameKind::Head => head = head.or_else(|| value::<Head>(&body)),
                FrameKind::File => files.extend(value::<PackageFile>(&body)),
                FrameKind::Blob => blobs.add(body),
                FrameKind::Render => {
                    if let Some(Entry::Call(call)) = entry(&body) {
                        calls += 1;
                        frames += u64::from(matches!(call, HostCall::Draw { .. }));
                        if let Some(time) = call.time() {
                            first.get_or_insert(time);
                            last = time;
                        }
                    }
                }
                FrameKind::Logic => {
                    let entries = read_entries(&body).unwrap_or_default();
                    turns += entries.iter().filter(|entry| matches!(entry, LogicEntry::Turn(_))).count() as u64;
                }
                FrameKind::End => ended = true,
            }
        }
        let head = head.filter(|head| viewport_is_sound(&head.viewport)).ok_or(FormatError::Missing("head"))?;
        let length = first.map_or(0.0, |first| last - first);
        Ok(Recording { bytes, head, files, blobs: Arc::new(blobs), calls, frames, turns, length, ended, damaged })
    }

    /// What it says of itself.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Pictures that were drawn.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Things that the host did.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// Turns of script.
    pub fn turns(&self) -> u64 {
        self.turns
    }

    /// From the first to the last of what the host did, ms of the frame clock.
    pub fn length(&self) -> f64 {
        self.length
    }

    /// False if it was broken off: its program, or what wrote it, ended without a word.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// From which byte on it is damaged, if it is.
    pub fn damaged_at(&self) -> Option<u64> {
        self.damaged
    }

    /// The package: the one inside, else that of the folder or file that `find` opens.
    ///
    /// # Errors
    /// [`FormatError::Package`] if there is none, or another one than was recorded.
    pub fn package(
        &self,
        find: impl FnOnce(Option<&Path>) -> Option<Arc<dyn PackageSource>>,
    ) -> Result<Arc<dyn PackageSource>, FormatError> {
        let package = match self.head.embedded {
            true => package_of(self.files.iter().map(PackageFile::copy).collect()),
            false => {
                let path = self.head.path.as_deref().map(Path::new);
                let none = || FormatError::Package("the package is not in the recording: name its folder".to_owned());
                find(path).ok_or_else(none)?
            }
        };
        match package_hash(&*package) == self.head.package {
            true => Ok(package),
            false => Err(FormatError::Package("the package is another one than was recorded".to_owned())),
        }
    }

    /// What the host did, in order.
    ///
    /// # Errors
    /// [`FormatError::Io`] if the file cannot be opened any more.
    pub fn spans(&self) -> Result<Spans, FormatError> {
        Ok(Spans { reader: self.bytes.reader()?, call: None, over: false })
    }

    /// What the logic side met, in order.
    ///
    /// # Errors
    /// As [`Recording::spans`].
    pub fn logic(&self) -> Result<Box<dyn Iterator<Item = LogicEntry> + Send>, FormatError> {
        let mut reader = self.bytes.reader()?;
        let mut over = false;
        let bodies = std::iter::from_fn(move || {
            while !over {
                match reader.next_frame() {
                    Ok(Some((FrameKind::Logic, body))) => return Some(body),
                    Ok(Some(_)) => {}
                    _ => over = true,
                }
            }
            None
        });
        Ok(Box::new(bodies.flat_map(|body| read_entries(&body).unwrap_or_default())))
    }

    /// A font file of the head.
    pub(super) fn fonts(&self) -> Option<Result<Vec<pellicle_layout::text::font::FontBytes>, FormatError>> {
        let hashes: &[BlobHash] = self.head.fonts.as_deref()?;
        let font = |hash: &BlobHash| self.blobs.font(hash).ok_or(FormatError::Missing("font that it names"));
        Some(hashes.iter().map(font).collect())
    }
}

/// Reads what a host did.
pub struct Spans {
    reader: FrameReader<Input>,
    /// What the next span begins with.
    call: Option<HostCall>,
    over: bool,
}

impl Spans {
    /// What the next span begins with.
    pub fn upcoming(&self) -> Option<&HostCall> {
        self.call.as_ref()
    }
}

impl Iterator for Spans {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        if self.over {
            return None;
        }
        let mut span = Span { call: self.call.take(), entries: Vec::new() };
        loop {
            match self.reader.next_frame() {
                Ok(Some((FrameKind::Render, body))) => match entry(&body) {
                    Some(Entry::Call(call)) => {
                        self.call = Some(call);
                        return Some(span);
                    }
                    Some(entry) => span.entries.push(entry),
                    None => {}
                },
                Ok(Some(_)) => {}
                _ => {
                    self.over = true;
                    return Some(span);
                }
            }
        }
    }
}
