//! Images by address: fetched once and measured from their header, decoded off the render thread when they come near
//! the screen and only as large as they are shown, kept to a byte budget; and the slots that a host fills.

use super::decode::DecodeError;
use super::service::{ImageSource, Job, Message, NoSource, Service, run};
use super::{Bitmap, ImageId};
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

/// What became of an image.
#[derive(Clone, PartialEq, Debug)]
pub enum ImageEvent {
    /// Its size is known.
    Measured {
        /// The image.
        id: ImageId,
        /// Natural size, px.
        size: (u32, u32),
    },
    /// It has come and can be shown.
    Ready {
        /// The image.
        id: ImageId,
        /// Natural size, px.
        size: (u32, u32),
    },
    /// Its pixels are there, or finer ones than before.
    Decoded {
        /// The image.
        id: ImageId,
    },
    /// It cannot.
    Failed {
        /// The image.
        id: ImageId,
        /// Its address.
        url: Arc<str>,
        /// Why.
        error: DecodeError,
    },
}

enum State {
    /// On its way.
    Pending,
    /// It has come: its size is known.
    Loaded,
    /// It cannot be shown.
    Failed(DecodeError),
}

struct Entry {
    url: Arc<str>,
    state: State,
    pixels: Option<Arc<Bitmap>>,
    /// Pixels are on their way, without so many levels.
    decoding: Option<usize>,
    /// The file, while there is room for it.
    file: Option<Arc<[u8]>>,
    size: Option<(u32, u32)>,
    /// When its pixels were wanted last.
    used: u64,
    /// The last picture that showed it.
    shown: u64,
}

impl Entry {
    fn new(url: Arc<str>) -> Entry {
        let (state, pixels, decoding) = (State::Pending, None, None);
        Entry { url, state, pixels, decoding, file: None, size: None, used: 0, shown: u64::MAX }
    }

    fn bytes(&self) -> usize {
        self.pixels.as_ref().map_or(0, |b| b.bytes())
    }

    fn file_bytes(&self) -> usize {
        self.file.as_ref().map_or(0, |f| f.len())
    }
}

/// An image that is shown, and how finely: the number of levels that are not needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The image.
    pub id: ImageId,
    /// Levels finer than it is shown at.
    pub skipped: usize,
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
    events: Vec<ImageEvent>,
    budget: usize,
    bytes: usize,
    file_bytes: usize,
    frame: u64,
    pictures: u64,
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
    const MOST_BYTES: usize = 384 << 20;
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
            events: Vec::new(),
            budget: Self::DEFAULT_BUDGET,
            bytes: 0,
            file_bytes: 0,
            frame: 0,
            pictures: 0,
        }
    }

    /// A store that fetches and decodes on `threads` threads of its own. `wake` is called from them when
    /// [`ImageStore::poll`] has something to tell.
    pub fn threaded(source: Arc<dyn ImageSource>, threads: usize, wake: Arc<dyn Fn() + Send + Sync>) -> ImageStore {
        let service = Service::start(&source, threads, &wake);
        let mut store = ImageStore::synchronous(source);
        store.service = service;
        store
    }

    /// Sets the byte budget of decoded images.
    pub fn set_budget(&mut self, bytes: usize) {
        self.budget = bytes;
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
        let id = self.add(Entry::new(address.clone()));
        self.by_url.insert(address.clone(), id);
        self.start(Job::Load(id, address));
        Some(id)
    }

    fn start(&mut self, job: Job) {
        match &self.service {
            Some(service) => {
                service.push(job);
            }
            None => {
                let message = run(&*self.source, job);
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
                        entry.file = loaded.file.filter(|f| f.len() <= Self::MOST_FILE_BYTES / 4);
                        self.file_bytes += entry.file_bytes();
                        self.events.push(ImageEvent::Measured { id, size: loaded.size });
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
                        entry.pixels = Some(Arc::new(bitmap));
                        if measured {
                            self.events.push(ImageEvent::Measured { id, size });
                        }
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
        self.events.push(ImageEvent::Failed { id, url: entry.url.clone(), error: failed });
    }

    /// Takes over what the threads have done, keeps to the budget, and returns what happened since the last
    /// call. To be called once a frame.
    pub fn poll(&mut self) -> Vec<ImageEvent> {
        while let Some(message) = self.service.as_ref().and_then(Service::take) {
            self.take(message);
        }
        self.evict();
        self.frame += 1;
        std::mem::take(&mut self.events)
    }

    /// A picture shows these images or soon will. Pixels that are not there are decoded, and stay until a picture that
    /// does not show them: nobody asks for them again while the picture stands. True if pixels came at once.
    pub fn want(&mut self, images: &[Wanted]) -> bool {
        self.pictures += 1;
        let mut finest: FxHashMap<ImageId, usize> = FxHashMap::default();
        let mut order = Vec::new();
        for wanted in images {
            let skipped = finest.entry(wanted.id).or_insert_with(|| {
                order.push(wanted.id);
                wanted.skipped
            });
            *skipped = (*skipped).min(wanted.skipped);
        }
        let mut room = Self::MOST_BYTES;
        let mut came = false;
        for id in order {
            let mut skipped = finest.get(&id).copied().unwrap_or_default();
            let Some(entry) = self.entries.get_mut(id.0 as usize) else { continue };
            (entry.used, entry.shown) = (self.frame, self.pictures);
            let (State::Loaded, Some((width, height))) = (&entry.state, entry.size) else { continue };
            // All levels together are a third more than the finest one.
            let bytes = |skipped: usize| {
                let side = |v: u32| (v as usize >> skipped.min(31)).max(1);
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
            let job = Job::Decode(id, entry.url.clone(), entry.file.clone(), skipped);
            self.start(job);
            came |= self.service.is_none() && self.bitmap(id).is_some();
        }
        came
    }

    /// Drops what was wanted longest ago until the budgets are kept: pixels, never those of this frame or those that are
    /// shown, and files.
    fn evict(&mut self) {
        while self.bytes > self.budget {
            let (frame, picture) = (self.frame, self.pictures);
            let droppable =
                |e: &&mut Entry| e.pixels.is_some() && !e.url.is_empty() && e.used < frame && e.shown != picture;
            let Some(oldest) = self.entries.iter_mut().filter(droppable).min_by_key(|e| e.used) else { break };
            self.bytes = self.bytes.saturating_sub(oldest.bytes());
            oldest.pixels = None;
        }
        while self.file_bytes > Self::MOST_FILE_BYTES {
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
            let busy = matches!(entry.state, State::Pending) || entry.decoding.is_some();
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
        self.entries.iter().any(|e| matches!(e.state, State::Pending) || e.decoding.is_some())
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

    /// An image's pixels, if they are there.
    pub fn bitmap(&self, id: ImageId) -> Option<&Arc<Bitmap>> {
        self.entries.get(id.0 as usize)?.pixels.as_ref()
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

/// An address against the file it was written in: absolute ones stay, `/x` counts from the package's root,
/// others from the file's folder.
pub fn resolve(base: &str, url: &str) -> String {
    let scheme = url.split_once(':').is_some_and(|(s, _)| {
        !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    if scheme || url.starts_with("//") {
        return url.to_owned();
    }
    let joined = if url.starts_with('/') {
        url.to_owned()
    } else {
        let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{url}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::decode;
    use super::*;
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    const PIXEL: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

    struct Files;

    impl ImageSource for Files {
        fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
            match url {
                "/a/b.png" => decode::data_url(PIXEL).unwrap().map_err(|e| e.to_string()),
                "/a/large.png" => {
                    let mut png = Vec::new();
                    let pixels = image::RgbImage::new(64, 32);
                    pixels.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
                    Ok(png)
                }
                "/a/broken.png" => Ok(b"\x89PNG\r\n\x1a\nnothing more".to_vec()),
                _ => Err("no such file".to_owned()),
            }
        }
    }

    #[test]
    fn addresses_resolve_against_the_file_they_stand_in() {
        assert_eq!(resolve("pages/a/a.wxss", "../x.png"), "/pages/x.png");
        assert_eq!(resolve("pages/a/a.wxss", "/x.png"), "/x.png");
        assert_eq!(resolve("", "x.png"), "/x.png");
        assert_eq!(resolve("a", "https://h/x.png"), "https://h/x.png");
        assert_eq!(resolve("a", "data:image/png;base64,AA"), "data:image/png;base64,AA");
        assert_eq!(resolve("a/b", "../../../x"), "/x");
    }

    fn all_of(id: ImageId) -> [Wanted; 1] {
        [Wanted { id, skipped: 0 }]
    }

    #[test]
    fn an_address_is_loaded_once_and_its_events_are_told_once() {
        let mut store = ImageStore::synchronous(Arc::new(Files));
        let id = store.request("a/sheet.wxss", "b.png").unwrap();
        assert_eq!(store.request("", "/a/b.png"), Some(id));
        assert_eq!((store.size(id), store.outcome(id)), (Some((1, 1)), Some(Ok((1, 1)))));
        assert_eq!(store.poll().len(), 2);
        assert!(store.poll().is_empty());
    }

    #[test]
    fn pixels_are_decoded_when_a_picture_shows_them() {
        let mut store = ImageStore::synchronous(Arc::new(Files));
        let id = store.request("", "/a/b.png").unwrap();
        assert!(store.bitmap(id).is_none() && store.bytes() == 0);
        assert!(store.want(&all_of(id)));
        assert!(store.bitmap(id).is_some());
        // What is there is not decoded again.
        assert!(!store.want(&all_of(id)));
    }

    #[test]
    fn an_image_is_decoded_as_finely_as_it_is_shown() {
        let mut store = ImageStore::synchronous(Arc::new(Files));
        let id = store.request("", "/a/large.png").unwrap();
        store.want(&[Wanted { id, skipped: 3 }, Wanted { id, skipped: 2 }]);
        assert_eq!(store.bitmap(id).map(|b| (b.skipped(), b.width(), b.levels()[0].width)), Some((2, 64, 16)));
        assert!(!store.want(&[Wanted { id, skipped: 4 }]));
        assert!(store.want(&all_of(id)));
        assert_eq!(store.bitmap(id).map(|b| b.levels()[0].width), Some(64));
        assert_eq!(store.bytes(), store.bitmap(id).map_or(0, |b| b.bytes()));
    }

    #[test]
    fn failures_are_reported_and_not_asked_for_again() {
        let mut store = ImageStore::synchronous(Arc::new(Files));
        for url in ["/none.png", "/a/broken.png", "data:image/png;base64,????"] {
            let id = store.request("", url).unwrap();
            store.want(&all_of(id));
            assert!(store.bitmap(id).is_none());
            let events = store.poll();
            assert!(matches!(events.last(), Some(ImageEvent::Failed { .. })), "{url}: {events:?}");
            store.request("", url);
            store.want(&all_of(id));
            assert!(store.poll().is_empty());
        }
    }

    #[test]
    fn images_that_are_shown_stay_whatever_the_budget() {
        let mut store = ImageStore::synchronous(Arc::new(Files));
        store.set_budget(0);
        let id = store.request("", "/a/b.png").unwrap();
        store.want(&all_of(id));
        store.poll();
        store.poll();
        assert!(store.bitmap(id).is_some());
        store.want(&[]);
        store.poll();
        assert!(store.bitmap(id).is_none());
        assert_eq!((store.size(id), store.bytes()), (Some((1, 1)), 0));
        assert!(store.want(&all_of(id)));
    }

    #[test]
    fn addresses_that_nobody_has_are_forgotten() {
        let mut store = ImageStore::synchronous(Arc::new(Files));
        let (kept, gone) = (store.request("", "/a/b.png").unwrap(), store.request("", "/a/large.png").unwrap());
        store.want(&[Wanted { id: kept, skipped: 0 }, Wanted { id: gone, skipped: 0 }]);
        store.forget_all_but(&FxHashSet::from_iter([kept]));
        assert_eq!((store.len(), store.size(gone)), (1, None));
        assert_eq!(store.bytes(), store.bitmap(kept).map_or(0, |b| b.bytes()));
        // The number is given to the next one.
        assert_eq!(store.request("", PIXEL), Some(gone));
        assert_eq!(store.request("", "/a/b.png"), Some(kept));
    }

    #[test]
    fn threads_load_without_blocking_and_wake_the_owner() {
        let (wake, woken) = channel();
        let wake = Mutex::new(wake);
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(move || wake.lock().unwrap().send(()).unwrap_or(()));
        let mut store = ImageStore::threaded(Arc::new(Files), 2, wake);
        let id = store.request("", "/a/b.png").unwrap();
        let mut events = Vec::new();
        for _ in 0..2 {
            while store.is_loading() {
                woken.recv().unwrap();
                events.extend(store.poll());
            }
            store.want(&all_of(id));
        }
        assert!(store.bitmap(id).is_some());
        assert!(matches!(events.last(), Some(ImageEvent::Decoded { .. })));
    }
}
