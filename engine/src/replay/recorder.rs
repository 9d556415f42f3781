//! Writing a recording while its program runs.

use super::entry::{BlobHash, Entry, HostCall};
use super::format::{FrameKind, FrameWriter};
use super::head::{Head, WithPackage, files_to_embed};
use pellicle_layout::document::ops::Commit;
use pellicle_script::package::PackageSource;
use pellicle_script::record::{EntrySink, RecordedMessage};
use pellicle_script::wire;
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where a program is recorded to, and how much.
pub struct RecordConfig {
    /// The recording. It is written in pieces, whenever a frame is over.
    pub write: Box<dyn Write + Send>,
    /// Whether it takes the package along.
    pub package: WithPackage,
    /// Where the package lies, for a recording that does not.
    pub path: Option<PathBuf>,
}

impl RecordConfig {
    /// A recording that takes a small package along.
    pub fn new(write: Box<dyn Write + Send>) -> RecordConfig {
        RecordConfig { write, package: WithPackage::default(), path: None }
    }
}

struct Writing {
    frames: Option<FrameWriter<Box<dyn Write + Send>>>,
    blobs: FxHashSet<BlobHash>,
    error: Option<String>,
    bytes: Vec<u8>,
}

impl Writing {
    fn put(&mut self, kind: FrameKind, bytes: &[u8]) {
        if let Some(frames) = &mut self.frames
            && let Err(error) = frames.frame(kind, bytes)
            // What is too long by itself is left out; the player says what it lacks.
            && error.kind() != std::io::ErrorKind::InvalidInput
        {
            self.fail(&error);
        }
    }

    fn value(&mut self, kind: FrameKind, value: &impl Serialize) {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        if wire::frame::push(&mut bytes, value).is_ok() {
            self.put(kind, &bytes);
        }
        self.bytes = bytes;
    }

    fn flush(&mut self) {
        if let Some(frames) = &mut self.frames
            && let Err(error) = frames.flush()
        {
            self.fail(&error);
        }
    }

    /// The program goes on without being recorded.
    fn fail(&mut self, error: &std::io::Error) {
        self.error.get_or_insert_with(|| error.to_string());
        self.frames = None;
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.put(FrameKind::End, &[]);
        }
        self.flush();
    }
}

/// A recording that is written; cheap to clone, for any thread.
#[derive(Clone)]
pub struct Recorder(Arc<Mutex<Writing>>);

impl Recorder {
    /// Begins a recording of a program.
    ///
    /// # Errors
    /// The writer's.
    pub(crate) fn begin(
        config: RecordConfig,
        head: impl FnOnce(&mut Blobs<'_>, bool) -> Head,
        package: &dyn PackageSource,
    ) -> std::io::Result<Recorder> {
        let frames = FrameWriter::new(config.write)?;
        let mut writing = Writing { frames: Some(frames), blobs: FxHashSet::default(), error: None, bytes: Vec::new() };
        let files = files_to_embed(package, config.package);
        let mut head = head(&mut Blobs(&mut writing), files.is_some());
        head.path = config.path.map(|path| path.to_string_lossy().into_owned());
        writing.value(FrameKind::Head, &head);
        for file in files.into_iter().flatten() {
            writing.value(FrameKind::File, &file);
        }
        writing.flush();
        match writing.error.take() {
            Some(error) => Err(std::io::Error::other(error)),
            None => Ok(Recorder(Arc::new(Mutex::new(writing)))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Writing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the logic side's entries go.
    pub(crate) fn logic(&self) -> EntrySink {
        let recorder = self.clone();
        Arc::new(move |entries| recorder.lock().put(FrameKind::Logic, entries))
    }

    /// Notes something that came in.
    pub(crate) fn note(&self, entry: &Entry) {
        self.lock().value(FrameKind::Render, entry);
    }

    /// The host does something.
    pub(crate) fn call(&self, call: HostCall) {
        self.note(&Entry::Call(call));
    }

    /// A message of logic was taken.
    pub(crate) fn message(&self, message: RecordedMessage) {
        self.note(&Entry::Message(message));
    }

    /// A commit was taken.
    pub(crate) fn commit(&self, commit: &Commit) {
        let mut bytes = Vec::new();
        if wire::commit::write(commit, &mut bytes).is_ok() {
            self.note(&Entry::Commit(bytes));
        }
    }

    /// Keeps bytes, once; gives their name.
    pub(crate) fn blob(&self, bytes: &[u8]) -> BlobHash {
        Blobs(&mut self.lock()).keep(bytes)
    }

    /// What was noted is written out.
    pub(crate) fn flush(&self) {
        self.lock().flush();
    }

    /// Why nothing more is recorded, if so.
    pub fn error(&self) -> Option<String> {
        self.lock().error.clone()
    }
}

/// Bytes that a recording holds once.
pub(crate) struct Blobs<'a>(&'a mut Writing);

impl Blobs<'_> {
    /// Keeps bytes; gives their name.
    pub fn keep(&mut self, bytes: &[u8]) -> BlobHash {
        let hash = *blake3::hash(bytes).as_bytes();
        if self.0.blobs.insert(hash) {
            self.0.put(FrameKind::Blob, bytes);
        }
        hash
    }
}
