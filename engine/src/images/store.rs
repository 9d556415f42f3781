//! Images by address: fetched once and measured from their header, decoded off the render thread when they come near
//! the screen and only as large as they are shown, kept to a byte budget; and the slots that a host fills.
//!
//! Drawings have no pixels of their own: they are rasterised at each size at which they are shown.

use super::address::resolve;
use super::decode::DecodeError;
use super::drawing::{Drawing, MOST_SIZES, Size, Sizes};
use super::entry::{Entry, State};
use super::event::ImageEvent;
use super::service::{Dense, ImageSource, Job, Message, NoSource, Queued, Service, run};
use super::shared::{PictureShare, SharedPictures};
use super::{Bitmap, ImageId, Natural};
use crate::replay::Tap;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A picture that the host supplies.
#[derive(Clone, Debug)]
pub struct External {
    /// Size in px.
    pub size: (u32, u32),
    /// Its pixels for the CPU painter; a GPU painter may be given a texture instead.
    pub bitmap: Option<Arc<Bitmap>>,
}

/// An image that is shown, and how finely: the number of levels that are not needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The image.
    pub id: ImageId,
    /// Levels finer than it is shown at.
    pub skipped: usize,
    /// Size at which a drawing is shown, px.
    pub size: (u32, u32),
}

/// The store.
pub struct ImageStore {
    source: Arc<dyn ImageSource>,
    service: Option<Service>,
    entries: Vec<Entry>,
    by_url: FxHashMap<Arc<str>, ImageId>,
    /// Numbers of images that are forgotten.
    free: Vec<ImageId>,
    externals: FxHashMap<u32, External>,
    share: Option<PictureShare>,
    events: Vec<ImageEvent>,
    budget: usize,
    most: usize,
    bytes: usize,
    file_bytes: usize,
    /// Device px per logical px that images are chosen for.
    scale: f32,
    frame: u64,
    pictures: u64,
    /// What the picture in work wants of each image, and of which images: kept for its memory.
    finest: FxHashMap<ImageId, (usize, Sizes)>,
    order: Vec<ImageId>,
    /// Number of the next job for threads.
    job: u64,
    /// How often it was looked for what threads have done.
    polls: u64,
    tap: Tap,
    /// Jobs that are done when a recording says so.
    held: Option<FxHashMap<u64, Job>>,
}

impl Default for ImageStore {
    fn default() -> Self {
        ImageStore::new()
    }
}

impl std::fmt::Debug for ImageStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImageStore").field("images", &self.entries.len()).field("bytes", &self.bytes).finish()
    }
}

impl ImageStore {
    /// Bytes of decoded images that a store keeps unless told otherwise.
    pub const DEFAULT_BUDGET: usize = 96 << 20;
    /// Bytes of pixels that images take at most, shown ones too: where those need more, they are shown less finely.
    pub const MOST_BYTES: usize = 384 << 20;
    /// Bytes of files that are kept so that they need not be fetched again.
    const MOST_FILE_BYTES: usize = 32 << 20;

    /// A store that decodes at once, on the caller's thread, and knows `data:` addresses only.
    pub fn new() -> ImageStore {
        ImageStore::synchronous(Arc::new(NoSource))
    }

    /// A store that fetches and decodes at once, on the caller's thread: for headless pictures.
    pub fn synchronous(source: Arc<dyn ImageSource>) -> ImageStore {
        ImageStore {
            source,
            service: None,
            entries: Vec::new(),
            by_url: FxHashMap::default(),
            free: Vec::new(),
            externals: FxHashMap::default(),
            share: None,
            events: Vec::new(),
            budget: Self::DEFAULT_BUDGET,
            most: Self::MOST_BYTES,
            bytes: 0,
            file_bytes: 0,
            scale: 1.0,
            frame: 0,
            pictures: 0,
            finest: FxHashMap::default(),
            order: Vec::new(),
            job: 0,
            polls: 0,
            tap: Tap::default(),
            held: None,
        }
    }

    /// A store whose jobs are done when a recording says so, at once then.
    pub(crate) fn held(source: Arc<dyn ImageSource>) -> ImageStore {
        ImageStore { held: Some(FxHashMap::default()), ..ImageStore::synchronous(source) }
    }

    /// Has what comes in noted, or given from a recording.
    pub(crate) fn tap(&mut self, tap: Tap) {
        self.source = tap.source(self.source.clone());
        self.tap = tap;
    }

    /// A store that fetches and decodes on `threads` threads of its own. `wake` is called from them when
    /// [`ImageStore::poll`] has something to tell.
    pub fn threaded(source: Arc<dyn ImageSource>, threads: usize, wake: Arc<dyn Fn() + Send + Sync>) -> ImageStore {
        let service = Service::start(threads, &wake);
        let mut store = ImageStore::synchronous(source);
        store.service = service;
        store
    }

    /// Shares pixels with other stores from now on, and the room for them.
    pub fn share(&mut self, shared: &Arc<SharedPictures>) {
        self.share = Some(shared.join());
    }

    /// Its program is in front, or behind others, which are served first then.
    pub fn set_front(&self, front: bool) {
        if let Some(share) = &self.share {
            share.set_front(front);
        }
    }

    /// Where its files come from.
    pub fn source(&self) -> &Arc<dyn ImageSource> {
        &self.source
    }

    /// True if it fetches and decodes on threads of its own.
    pub fn is_threaded(&self) -> bool {
        self.service.is_some() || self.held.is_some()
    }

    /// Sets what images are chosen for that are asked for from now on, of those that are there for several densities: device px per
    /// logical px.
    pub fn set_scale(&mut self, scale: f32) {
        self.scale = scale;
    }

    /// Sets the byte budget of decoded images.
    pub fn set_budget(&mut self, bytes: usize) {
        self.budget = bytes;
    }

    /// Sets how many bytes of pixels images take at most, shown ones too: where those need more, they are shown less finely.
    pub fn set_most(&mut self, bytes: usize) {
        self.most = bytes;
    }

    /// Bytes of decoded images.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds an image that is decoded already. It does not count against the budget.
    pub fn insert(&mut self, bitmap: Arc<Bitmap>) -> ImageId {
        let size = Some((bitmap.width(), bitmap.height()));
        let (state, pixels) = (State::Loaded, Some(bitmap));
        self.add(Entry { state, pixels, size, used: self.frame, ..Entry::new(Arc::from("")) })
    }

    fn add(&mut self, entry: Entry) -> ImageId {
        match self.free.pop() {
            Some(id) => {
                self.entries[id.0 as usize] = entry;
                id
            }
            None => {
                self.entries.push(entry);
                ImageId(self.entries.len() as u32 - 1)
            }
        }
    }

    /// The image of an address as written in the file `base`; it is fetched if it is new. Its pixels are had by
    /// [`ImageStore::want`]. `None` for an empty address.
    pub fn request(&mut self, base: &str, url: &str) -> Option<ImageId> {
        let url = url.trim();
        if url.is_empty() {
            return None;
        }
        if base.is_empty()
            && let Some(&id) = self.by_url.get(url)
        {
            return Some(id);
        }
        let address: Arc<str> = Arc::from(resolve(base, url));
        if let Some(&id) = self.by_url.get(&address) {
            return Some(id);
        }
        let dense = Dense { scale: self.scale, density: 1 };
        let id = self.add(Entry { dense, ..Entry::new(address.clone()) });
        self.by_url.insert(address.clone(), id);
        self.start(Job::Load(id, address, self.scale));
        Some(id)
    }

    fn start(&mut self, job: Job) {
        let shared = self.share.as_ref().map(PictureShare::shared);
        match &self.service {
            Some(service) => {
                let (number, source, shared) = (self.job, self.source.clone(), shared.cloned());
                self.job += 1;
                service.push(Queued { number, job, source, shared });
            }
            None if self.held.is_some() => {
                let number = self.job;
                self.job += 1;
                if let Some(held) = &mut self.held {
                    held.insert(number, job);
                }
            }
            None => {
                let message = run(&*self.source, shared.map(|shared| &**shared), job);
                self.take(message);
            }
        }
    }

    fn take(&mut self, message: Message) {
        let (id, failed) = match message {
            Message::Loaded(id, result) => {
                let Some(entry) = self.entries.get_mut(id.0 as usize) else { return };
                match result {
                    Ok(loaded) => {
                        (entry.state, entry.size) = (State::Loaded, Some(loaded.size));
                        entry.dense.density = loaded.density;
                        entry.drawing = loaded.drawing.map(Drawing::new);
                        entry.file = loaded.file.filter(|f| f.len() <= Self::MOST_FILE_BYTES / 4);
                        self.file_bytes += entry.file_bytes();
                        self.events.push(ImageEvent::Ready { id, size: loaded.size });
                        return;
                    }
                    Err(error) => (id, error),
                }
            }
            Message::Decoded(id, result) => {
                let Some(entry) = self.entries.get_mut(id.0 as usize) else { return };
                match result {
                    Ok(bitmap) => {
                        let size = (bitmap.width(), bitmap.height());
                        let measured = entry.size.replace(size) != Some(size);
                        if entry.decoding.is_some_and(|skipped| bitmap.skipped() <= skipped) {
                            entry.decoding = None;
                        }
                        // Of two that were asked for the finer one may be the first to come.
                        if entry.pixels.as_ref().is_some_and(|b| b.skipped() <= bitmap.skipped()) {
                            return;
                        }
                        self.bytes = self.bytes.saturating_sub(entry.bytes()) + bitmap.bytes();
                        entry.pixels = Some(bitmap);
                        if measured {
                            self.events.push(ImageEvent::Measured { id, size });
                        }
                        self.events.push(ImageEvent::Decoded { id });
                        return;
                    }
                    Err(error) => (id, error),
                }
            }
            Message::Drawn(id, size, result) => {
                let Some(entry) = self.entries.get_mut(id.0 as usize) else { return };
                let before = entry.bytes();
                let Some(drawing) = &mut entry.drawing else { return };
                match result {
                    Ok(bitmap) => {
                        drawing.arrived(size, bitmap);
                        self.bytes = self.bytes.saturating_sub(before) + entry.bytes();
                        self.events.push(ImageEvent::Decoded { id });
                        return;
                    }
                    Err(error) => (id, error),
                }
            }
        };
        let Some(entry) = self.entries.get_mut(id.0 as usize) else { return };
        self.bytes = self.bytes.saturating_sub(entry.bytes());
        (entry.state, entry.pixels, entry.decoding) = (State::Failed(failed.clone()), None, None);
        entry.drawing = None;
        self.events.push(ImageEvent::Failed { id, url: entry.url.clone(), error: failed });
    }

    /// Takes over what the threads have done, keeps to the budget, and returns what happened since the last
    /// call. To be called once a frame.
    pub fn poll(&mut self) -> Vec<ImageEvent> {
        let poll = self.polls;
        self.polls += 1;
        let mut done = Vec::new();
        while let Some((number, message)) = self.service.as_ref().and_then(Service::take) {
            if self.tap.recorder().is_some() {
                done.push(number);
            }
            self.take(message);
        }
        self.tap.note_pictures(poll, done);
        for number in self.tap.pictures(poll).into_iter().flatten() {
            if let Some(job) = self.held.as_mut().and_then(|held| held.remove(&number)) {
                let shared = self.share.as_ref().map(PictureShare::shared).map(|shared| &**shared);
                let message = run(&*self.source, shared, job);
                self.take(message);
            }
        }
        self.evict();
        self.frame += 1;
        std::mem::take(&mut self.events)
    }

    /// A picture shows these images or soon will. Pixels that are not there are decoded, and stay until a picture that
    /// does not show them: nobody asks for them again while the picture stands. True if pixels came at once.
    pub fn want(&mut self, images: &[Wanted]) -> bool {
        self.pictures += 1;
        let (mut finest, mut order) = (std::mem::take(&mut self.finest), std::mem::take(&mut self.order));
        for wanted in images {
            let (skipped, sizes) = finest.entry(wanted.id).or_insert_with(|| {
                order.push(wanted.id);
                (wanted.skipped, Sizes::new())
            });
            *skipped = (*skipped).min(wanted.skipped);
            if !sizes.contains(&wanted.size) && sizes.len() < MOST_SIZES {
                sizes.push(wanted.size);
            }
        }
        let threaded = self.is_threaded();
        let mut room = self.most;
        let mut came = false;
        for id in order.drain(..) {
            let (mut skipped, sizes) = finest.remove(&id).unwrap_or_default();
            let Some(entry) = self.entries.get_mut(id.0 as usize) else { continue };
            (entry.used, entry.shown) = (self.frame, self.pictures);
            if let Some(drawing) = &mut entry.drawing {
                let before = drawing.bytes();
                let missing = drawing.want(sizes, &mut room);
                self.bytes = self.bytes.saturating_sub(before - drawing.bytes());
                let (url, file) = (entry.url.clone(), entry.file.clone());
                came |= !threaded && !missing.is_empty();
                for size in missing {
                    self.start(Job::Draw(id, url.clone(), file.clone(), size));
                }
                continue;
            }
            let (State::Loaded, Some((width, height))) = (&entry.state, entry.size) else { continue };
            // All levels together are a third more than the finest one.
            let dense = entry.dense;
            let bytes = |skipped: usize| {
                let side = |v: u32| ((v as usize * dense.density as usize) >> skipped.min(31)).max(1);
                side(width) * side(height) * 16 / 3
            };
            while bytes(skipped) > room && (width.max(height) >> skipped.min(31)) > 1 {
                skipped += 1;
            }
            room = room.saturating_sub(bytes(skipped));
            let there = entry.pixels.as_ref().map(|b| b.skipped());
            if entry.url.is_empty() || there.into_iter().chain(entry.decoding).any(|s| s <= skipped) {
                continue;
            }
            entry.decoding = Some(skipped);
            let job = Job::Decode(id, entry.url.clone(), dense, entry.file.clone(), skipped);
            self.start(job);
            came |= !threaded && self.bitmap(id).is_some();
        }
        (self.finest, self.order) = (finest, order);
        came
    }

    /// Drops what was wanted longest ago until the budgets are kept: pixels, never those of this frame or those that are
    /// shown, and files.
    fn evict(&mut self) {
        let allowed = self.share.as_ref().map_or(usize::MAX, |share| share.allowed(self.bytes));
        self.evict_to(self.budget.min(allowed), Self::MOST_FILE_BYTES);
    }

    /// Drops the pixels of all images that are not shown, and the files that pixels were read from: both are fetched
    /// again when they are wanted.
    pub fn trim(&mut self) {
        self.frame += 1;
        self.evict_to(0, 0);
        if let Some(share) = &self.share {
            share.allowed(self.bytes);
        }
    }

    fn evict_to(&mut self, pixels: usize, files: usize) {
        while self.bytes > pixels {
            let (frame, picture) = (self.frame, self.pictures);
            let droppable =
                |e: &&mut Entry| e.has_pixels() && !e.url.is_empty() && e.used < frame && e.shown != picture;
            let Some(oldest) = self.entries.iter_mut().filter(droppable).min_by_key(|e| e.used) else { break };
            self.bytes = self.bytes.saturating_sub(oldest.bytes());
            oldest.drop_pixels();
        }
        while self.file_bytes > files {
            let kept = self.entries.iter_mut().filter(|e| e.file.is_some());
            let Some(oldest) = kept.min_by_key(|e| e.used) else { break };
            self.file_bytes = self.file_bytes.saturating_sub(oldest.file_bytes());
            oldest.file = None;
        }
    }

    /// Number of addresses that are known.
    pub fn len(&self) -> usize {
        self.by_url.len()
    }

    /// True if no address is known.
    pub fn is_empty(&self) -> bool {
        self.by_url.is_empty()
    }

    /// Forgets the addresses of all images but these, which somebody may still ask about by number.
    pub fn forget_all_but(&mut self, kept: &FxHashSet<ImageId>) {
        for (i, entry) in self.entries.iter_mut().enumerate() {
            let id = ImageId(i as u32);
            let busy = matches!(entry.state, State::Pending) || entry.is_coming();
            if entry.url.is_empty() || busy || kept.contains(&id) {
                continue;
            }
            self.by_url.remove(&entry.url);
            self.bytes = self.bytes.saturating_sub(entry.bytes());
            self.file_bytes = self.file_bytes.saturating_sub(entry.file_bytes());
            *entry = Entry::new(Arc::from(""));
            entry.state = State::Loaded;
            self.free.push(id);
        }
    }

    /// True while something is on its way.
    pub fn is_loading(&self) -> bool {
        self.entries.iter().any(|e| matches!(e.state, State::Pending) || e.is_coming())
    }

    /// True if what has this address, as it was asked for, has come or failed.
    pub fn has_come(&self, address: &str) -> bool {
        self.by_url.get(address.trim()).is_some_and(|id| self.outcome(*id).is_some())
    }

    /// What became of an image: its natural size, or why it cannot be drawn; `None` while that is not known.
    pub fn outcome(&self, id: ImageId) -> Option<Result<(u32, u32), DecodeError>> {
        let entry = self.entries.get(id.0 as usize)?;
        match &entry.state {
            State::Loaded => entry.size.map(Ok),
            State::Failed(error) => Some(Err(error.clone())),
            State::Pending => None,
        }
    }

    /// Natural size of an image, px, once its header has been read.
    pub fn size(&self, id: ImageId) -> Option<(u32, u32)> {
        self.entries.get(id.0 as usize)?.size
    }

    /// Natural dimensions of an image, px, once its header has been read.
    pub fn natural(&self, id: ImageId) -> Option<Natural> {
        let entry = self.entries.get(id.0 as usize)?;
        let of_pixels = |(width, height): Size| Natural::of_size(width as f32, height as f32);
        entry.drawing.as_ref().map(|d| d.natural).or_else(|| entry.size.map(of_pixels))
    }

    /// An image's pixels, if they are there; those of a drawing for the largest size.
    pub fn bitmap(&self, id: ImageId) -> Option<&Arc<Bitmap>> {
        self.bitmap_for(id, (u32::MAX, u32::MAX))
    }

    /// The pixels of an image that is shown at this size, if they are there: those of a drawing may be of another one
    /// until its own have come.
    pub fn bitmap_for(&self, id: ImageId, size: (u32, u32)) -> Option<&Arc<Bitmap>> {
        let entry = self.entries.get(id.0 as usize)?;
        entry.drawing.as_ref().map_or(entry.pixels.as_ref(), |d| d.nearest(size))
    }

    /// Fills a slot, or empties it.
    pub fn set_external(&mut self, slot: u32, external: Option<External>) {
        match external {
            Some(e) => self.externals.insert(slot, e),
            None => self.externals.remove(&slot),
        };
    }

    /// What a slot holds.
    pub fn external(&self, slot: u32) -> Option<&External> {
        self.externals.get(&slot)
    }
}
