//! Where things come in on the render side: they pass, are noted on the way, or come from a recording instead.

use super::entry::{BlobHash, Entry};
use super::recorder::Recorder;
use crate::fonts::FoundFace;
use crate::fonts::loader::Question;
use crate::images::{Bitmap, External, ImageSource};
use crate::interact::clipboard::Clipboard;
use pellicle_layout::document::{Dirty, Document, NodeId};
use pellicle_layout::text::font::FontBytes;
use pellicle_script::realm::Clock;
use pellicle_script::realm::zone::Zone;
use pellicle_script::worklet::events::WorkletOrder;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An answer about faces: the question, and what was found.
pub(crate) type FaceAnswer = (Question, Result<Vec<FoundFace>, String>);

/// A picture's file and its density, or why there is none.
type Fetched = Result<(Arc<[u8]>, u32), String>;

/// What a recording has for the call that runs.
#[derive(Default)]
pub(crate) struct Arrivals {
    pub faces: VecDeque<(u64, FaceAnswer)>,
    pub pictures: VecDeque<(u64, Vec<u64>)>,
    pub fetched: FxHashMap<(String, u32), VecDeque<Fetched>>,
    pub canvases: VecDeque<(NodeId, Option<External>)>,
    pub styles: Vec<(NodeId, Arc<str>)>,
    pub orders: Vec<WorkletOrder>,
    pub times: VecDeque<(bool, f64)>,
    pub clipboard: VecDeque<Option<String>>,
    /// What the clocks said last.
    pub last: [f64; 2],
    /// What has to be done again for nodes, since the last picture; where nobody asks, nothing.
    pub watched: Option<BTreeMap<u32, Dirty>>,
    /// Things that were asked for and are not there.
    pub missing: u64,
}

impl Arrivals {
    /// What nobody asked for is gone with the next call; gives how much that was.
    pub fn clear(&mut self) -> u64 {
        let left =
            self.canvases.len() + self.styles.len() + self.orders.len() + self.times.len() + self.clipboard.len();
        self.canvases.clear();
        self.styles.clear();
        self.orders.clear();
        self.times.clear();
        self.clipboard.clear();
        left as u64
    }
}

/// What is done with things that come in.
#[derive(Clone, Default)]
pub(crate) enum Tap {
    /// They pass.
    #[default]
    Open,
    /// They are noted.
    Noted(Recorder),
    /// They come from a recording.
    Played(Arc<Mutex<Arrivals>>),
}

impl Tap {
    fn arrivals(played: &Mutex<Arrivals>) -> MutexGuard<'_, Arrivals> {
        played.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at what is about to be done again, where somebody wants to know: these bits of all nodes.
    pub fn watch(&self, document: &Document, bits: Dirty) {
        let Tap::Played(played) = self else { return };
        let mut arrivals = Tap::arrivals(played);
        let Some(watched) = &mut arrivals.watched else { return };
        for node in document.nodes().filter(|node| node.dirty.intersects(bits)) {
            let of = watched.entry(node.id.0).or_default();
            let all = [Dirty::STYLE, Dirty::STYLE_SUBTREE, Dirty::BOXES, Dirty::LAYOUT, Dirty::PAINT, Dirty::COMPOSITE];
            all.into_iter()
                .filter(|one| bits.contains(*one) && node.dirty.contains(*one))
                .for_each(|one| of.insert(one));
        }
    }

    /// The recorder, if things are noted.
    pub fn recorder(&self) -> Option<&Recorder> {
        if let Tap::Noted(recorder) = self { Some(recorder) } else { None }
    }

    /// True if things come from a recording.
    pub fn is_played(&self) -> bool {
        matches!(self, Tap::Played(_))
    }

    /// An answer about faces that `next` gives, at a look of this number.
    pub fn faces(&self, poll: u64, next: impl FnOnce() -> Option<FaceAnswer>) -> Option<FaceAnswer> {
        match self {
            Tap::Open => next(),
            Tap::Noted(recorder) => {
                let (question, found) = next()?;
                let name = |face: &FoundFace| (recorder.blob((*face.data).as_ref()), face.index);
                let noted = found.as_ref().map(|faces| faces.iter().map(name).collect()).map_err(Clone::clone);
                recorder.note(&Entry::Faces { poll, question: question.clone(), found: noted });
                Some((question, found))
            }
            Tap::Played(played) => {
                let mut arrivals = Tap::arrivals(played);
                if arrivals.faces.front().is_some_and(|(at, _)| *at <= poll) {
                    return arrivals.faces.pop_front().map(|(_, answer)| answer);
                }
                None
            }
        }
    }

    /// The jobs of pictures that are done at a look of this number, where they come from a recording.
    pub fn pictures(&self, poll: u64) -> Option<Vec<u64>> {
        let Tap::Played(played) = self else { return None };
        let mut arrivals = Tap::arrivals(played);
        let mut jobs = Vec::new();
        while arrivals.pictures.front().is_some_and(|(at, _)| *at <= poll) {
            jobs.extend(arrivals.pictures.pop_front().map(|(_, jobs)| jobs).unwrap_or_default());
        }
        Some(jobs)
    }

    /// Notes the jobs that were done at a look of this number.
    pub fn note_pictures(&self, poll: u64, jobs: Vec<u64>) {
        if let Tap::Noted(recorder) = self
            && !jobs.is_empty()
        {
            recorder.note(&Entry::Pictures { poll, jobs });
        }
    }

    /// What elements show of canvases.
    pub fn canvases(&self, taken: Vec<(NodeId, Option<External>)>) -> Vec<(NodeId, Option<External>)> {
        match self {
            Tap::Open => taken,
            Tap::Noted(recorder) => {
                for (node, external) in &taken {
                    let level = external.as_ref().and_then(|e| e.bitmap.as_ref()?.levels().first());
                    let (size, pixels) = match level {
                        Some(level) => (Some((level.width, level.height)), level.pixels.clone()),
                        None => (None, Vec::new()),
                    };
                    recorder.note(&Entry::Canvas { node: *node, size, pixels });
                }
                taken
            }
            Tap::Played(played) => Tap::arrivals(played).canvases.drain(..).collect(),
        }
    }

    /// Styles of worklets.
    pub fn styles(&self, taken: Vec<(NodeId, Arc<str>)>) -> Vec<(NodeId, Arc<str>)> {
        match self {
            Tap::Noted(recorder) if !taken.is_empty() => {
                recorder.note(&Entry::Styles(taken.clone()));
                taken
            }
            Tap::Open | Tap::Noted(_) => taken,
            Tap::Played(played) => std::mem::take(&mut Tap::arrivals(played).styles),
        }
    }

    /// What worklets want.
    pub fn orders(&self, taken: Vec<WorkletOrder>) -> Vec<WorkletOrder> {
        match self {
            Tap::Noted(recorder) if !taken.is_empty() => {
                recorder.note(&Entry::Orders(taken.clone()));
                taken
            }
            Tap::Open | Tap::Noted(_) => taken,
            Tap::Played(played) => std::mem::take(&mut Tap::arrivals(played).orders),
        }
    }

    /// A clock whose readings pass here.
    pub fn clock(&self, clock: Arc<dyn Clock>) -> Arc<dyn Clock> {
        if matches!(self, Tap::Open) { clock } else { Arc::new(Tapped(clock, self.clone())) }
    }

    /// A clipboard whose text passes here.
    pub fn clipboard(&self, clipboard: Arc<dyn Clipboard>) -> Arc<dyn Clipboard> {
        if matches!(self, Tap::Open) { clipboard } else { Arc::new(Tapped(clipboard, self.clone())) }
    }

    /// A source of pictures whose files pass here.
    pub fn source(&self, source: Arc<dyn ImageSource>) -> Arc<dyn ImageSource> {
        if matches!(self, Tap::Open) { source } else { Arc::new(Tapped(source, self.clone())) }
    }
}

struct Tapped<T: ?Sized>(Arc<T>, Tap);

impl Tapped<dyn Clock> {
    fn time(&self, wall: bool, read: impl FnOnce() -> f64) -> f64 {
        match &self.1 {
            Tap::Open => read(),
            Tap::Noted(recorder) => {
                let value = read();
                recorder.note(&Entry::Time { wall, value });
                value
            }
            Tap::Played(played) => {
                let mut arrivals = Tap::arrivals(played);
                let at = arrivals.times.iter().position(|(of_wall, _)| *of_wall == wall);
                match at.and_then(|at| arrivals.times.remove(at)) {
                    Some((_, value)) => {
                        arrivals.last[usize::from(wall)] = value;
                        value
                    }
                    None => {
                        arrivals.missing += 1;
                        arrivals.last[usize::from(wall)]
                    }
                }
            }
        }
    }
}

impl Clock for Tapped<dyn Clock> {
    fn now(&self) -> f64 {
        self.time(true, || self.0.now())
    }

    fn monotonic(&self) -> f64 {
        self.time(false, || self.0.monotonic())
    }

    fn offset_minutes(&self, now: f64) -> i32 {
        self.0.offset_minutes(now)
    }

    fn zone(&self) -> Zone {
        self.0.zone()
    }
}

impl Clipboard for Tapped<dyn Clipboard> {
    fn read(&self) -> Option<String> {
        match &self.1 {
            Tap::Open => self.0.read(),
            Tap::Noted(recorder) => {
                let text = self.0.read();
                recorder.note(&Entry::Clipboard(text.clone()));
                text
            }
            Tap::Played(played) => {
                let mut arrivals = Tap::arrivals(played);
                arrivals.clipboard.pop_front().unwrap_or_else(|| {
                    arrivals.missing += 1;
                    None
                })
            }
        }
    }

    fn write(&self, text: &str) {
        // What is played must not change the clipboard of whoever looks at it.
        if !self.1.is_played() {
            self.0.write(text);
        }
    }
}

impl Tapped<dyn ImageSource> {
    fn pass(&self, url: &str, scale: f32) -> Result<(Vec<u8>, u32), String> {
        match &self.1 {
            Tap::Open => self.0.fetch_for(url, scale),
            Tap::Noted(recorder) => {
                let fetched = self.0.fetch_for(url, scale);
                let name = |(bytes, density): &(Vec<u8>, u32)| (recorder.blob(bytes), *density);
                let result = fetched.as_ref().map(name).map_err(Clone::clone);
                recorder.note(&Entry::Fetched { url: url.to_owned(), scale: scale.to_bits(), result });
                fetched
            }
            Tap::Played(played) => {
                let mut arrivals = Tap::arrivals(played);
                let Some(fetched) = arrivals.fetched.get_mut(&(url.to_owned(), scale.to_bits())) else {
                    arrivals.missing += 1;
                    return Err("it is not in the recording".to_owned());
                };
                // A file that is asked for again than was recorded is the same.
                let next = if fetched.len() > 1 { fetched.pop_front() } else { fetched.front().cloned() };
                let next = next.unwrap_or_else(|| Err("it is not in the recording".to_owned()));
                next.map(|(bytes, density)| (bytes.to_vec(), density))
            }
        }
    }
}

impl ImageSource for Tapped<dyn ImageSource> {
    fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
        self.pass(url, 1.0).map(|(bytes, _)| bytes)
    }

    fn fetch_for(&self, url: &str, scale: f32) -> Result<(Vec<u8>, u32), String> {
        self.pass(url, scale)
    }
}

/// Bytes of the recording, by their names.
#[derive(Default)]
pub(crate) struct Blobs(FxHashMap<BlobHash, Arc<[u8]>>);

impl Blobs {
    /// Keeps bytes.
    pub fn add(&mut self, bytes: Vec<u8>) {
        self.0.entry(*blake3::hash(&bytes).as_bytes()).or_insert_with(|| bytes.into());
    }

    /// Bytes by their name.
    pub fn get(&self, hash: &BlobHash) -> Option<Arc<[u8]>> {
        self.0.get(hash).cloned()
    }

    /// A font file by its name.
    pub fn font(&self, hash: &BlobHash) -> Option<FontBytes> {
        let bytes = self.get(hash)?;
        Some(Arc::new(bytes))
    }
}

/// The picture of a canvas as it was noted.
pub(crate) fn canvas(size: Option<(u32, u32)>, pixels: Vec<u8>) -> Option<External> {
    let (width, height) = size?;
    let bitmap = Bitmap::from_premultiplied(width, height, pixels)?;
    Some(External { size: (width, height), bitmap: Some(Arc::new(bitmap)) })
}
