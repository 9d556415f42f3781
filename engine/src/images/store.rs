//! Images by address: asked for once, measured from their header, decoded off the render thread, kept to a
//! byte budget; and the slots that a host fills.

use super::decode::{self, DecodeError, Decoded};
use super::{Bitmap, ImageId};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

/// A picture that the host supplies.
#[derive(Clone, Debug)]
pub struct External {
    /// Size in px.
    pub size: (u32, u32),
    /// Its pixels for the CPU painter; a GPU painter may be given a texture instead.
    pub bitmap: Option<Arc<Bitmap>>,
}

/// Gets the bytes of an address. Called on decoding threads, or on the caller's in synchronous mode.
pub trait ImageSource: Send + Sync {
    /// The bytes of an image.
    ///
    /// # Errors
    /// A message for the developer, without the address.
    fn fetch(&self, url: &str) -> Result<Vec<u8>, String>;
}

/// Nothing can be fetched but `data:` addresses.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSource;

impl ImageSource for NoSource {
    fn fetch(&self, _url: &str) -> Result<Vec<u8>, String> {
        Err("no source of images".to_owned())
    }
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
    /// It can be drawn.
    Ready {
        /// The image.
        id: ImageId,
        /// Natural size, px.
        size: (u32, u32),
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
    Ready(Arc<Bitmap>),
    /// Dropped for the budget; the next use asks again.
    Evicted,
    Failed(DecodeError),
}

struct Entry {
    url: Arc<str>,
    state: State,
    size: Option<(u32, u32)>,
    used: u64,
    /// The last picture that showed it.
    shown: u64,
}

enum Message {
    Size(ImageId, (u32, u32)),
    Done(ImageId, Result<Decoded, DecodeError>),
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<(ImageId, Arc<str>)>,
    closed: bool,
}

/// Threads that fetch and decode.
struct Service {
    queue: Arc<(Mutex<Queue>, Condvar)>,
    done: Receiver<Message>,
    workers: Vec<JoinHandle<()>>,
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Ok(mut q) = self.queue.0.lock() {
            q.closed = true;
            q.jobs.clear();
        }
        self.queue.1.notify_all();
        // A worker that waits for the network is left to end by itself: the host does not wait for it.
        for worker in self.workers.drain(..).filter(JoinHandle::is_finished) {
            // A decoder's panic is caught in the worker; there is nothing more to learn here.
            drop(worker.join());
        }
    }
}

/// The store.
pub struct ImageStore {
    source: Arc<dyn ImageSource>,
    service: Option<Service>,
    entries: Vec<Entry>,
    by_url: FxHashMap<Arc<str>, ImageId>,
    externals: FxHashMap<u32, External>,
    events: Vec<ImageEvent>,
    budget: usize,
    bytes: usize,
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
            externals: FxHashMap::default(),
            events: Vec::new(),
            budget: Self::DEFAULT_BUDGET,
            bytes: 0,
            frame: 0,
            pictures: 0,
        }
    }

    /// A store that fetches and decodes on `threads` threads of its own. `wake` is called from them when
    /// [`ImageStore::poll`] has something to tell.
    pub fn threaded(source: Arc<dyn ImageSource>, threads: usize, wake: Arc<dyn Fn() + Send + Sync>) -> ImageStore {
        let (sender, done) = channel();
        let queue = Arc::new((Mutex::new(Queue::default()), Condvar::new()));
        let spawn = |i: usize| {
            let (queue, source, sender, wake) = (queue.clone(), source.clone(), sender.clone(), wake.clone());
            let name = format!("image-{i}");
            std::thread::Builder::new().name(name).spawn(move || work(&queue, &*source, &sender, &*wake)).ok()
        };
        let workers: Vec<_> = (0..threads.max(1)).filter_map(spawn).collect();
        let mut store = ImageStore::synchronous(source);
        // Without a thread to be had, images are decoded where they are asked for.
        if !workers.is_empty() {
            store.service = Some(Service { queue, done, workers });
        }
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
        let entry = Entry { url: Arc::from(""), state: State::Ready(bitmap), size, used: self.frame, shown: u64::MAX };
        self.entries.push(entry);
        ImageId(self.entries.len() as u32 - 1)
    }

    /// The image of an address as written in the file `base`; it is fetched if it is new (or was dropped for
    /// the budget). `None` for an empty address.
    pub fn request(&mut self, base: &str, url: &str) -> Option<ImageId> {
        let url = url.trim();
        if url.is_empty() {
            return None;
        }
        let known = if base.is_empty() { self.by_url.get(url).copied() } else { None };
        let id = match known {
            Some(id) => id,
            None => {
                let address: Arc<str> = Arc::from(resolve(base, url));
                match self.by_url.get(&address) {
                    Some(&id) => id,
                    None => {
                        let id = ImageId(self.entries.len() as u32);
                        self.by_url.insert(address.clone(), id);
                        self.entries.push(Entry {
                            url: address,
                            state: State::Evicted,
                            size: None,
                            used: 0,
                            shown: u64::MAX,
                        });
                        id
                    }
                }
            }
        };
        let frame = self.frame;
        let entry = self.entries.get_mut(id.0 as usize)?;
        entry.used = frame;
        if matches!(entry.state, State::Evicted) {
            entry.state = State::Pending;
            let url = entry.url.clone();
            self.start(id, url);
        }
        Some(id)
    }

    fn start(&mut self, id: ImageId, url: Arc<str>) {
        match &self.service {
            Some(service) => {
                if let Ok(mut q) = service.queue.0.lock() {
                    q.jobs.push_back((id, url));
                }
                service.queue.1.notify_one();
            }
            None => {
                let mut size = None;
                let result = load(&*self.source, &url, |s| size = Some(s));
                if let Some(size) = size {
                    self.measured(id, size);
                }
                self.finish(id, result);
            }
        }
    }

    fn measured(&mut self, id: ImageId, size: (u32, u32)) {
        if let Some(entry) = self.entries.get_mut(id.0 as usize)
            && entry.size != Some(size)
        {
            entry.size = Some(size);
            self.events.push(ImageEvent::Measured { id, size });
        }
    }

    fn finish(&mut self, id: ImageId, result: Result<Decoded, DecodeError>) {
        match result {
            Ok(decoded) => {
                let size = (decoded.bitmap.width(), decoded.bitmap.height());
                self.measured(id, size);
                if let Some(entry) = self.entries.get_mut(id.0 as usize) {
                    self.bytes += decoded.bitmap.bytes();
                    entry.state = State::Ready(Arc::new(decoded.bitmap));
                    self.events.push(ImageEvent::Ready { id, size });
                }
            }
            Err(error) => {
                if let Some(entry) = self.entries.get_mut(id.0 as usize) {
                    entry.state = State::Failed(error.clone());
                    self.events.push(ImageEvent::Failed { id, url: entry.url.clone(), error });
                }
            }
        }
    }

    /// Takes over what the threads have done, keeps to the budget, and returns what happened since the last
    /// call. To be called once a frame.
    pub fn poll(&mut self) -> Vec<ImageEvent> {
        while let Some(message) = self.service.as_ref().and_then(|s| s.done.try_recv().ok()) {
            match message {
                Message::Size(id, size) => self.measured(id, size),
                Message::Done(id, result) => self.finish(id, result),
            }
        }
        self.evict();
        self.frame += 1;
        std::mem::take(&mut self.events)
    }

    /// A picture shows these images. They stay until one that does not: nobody asks for them again while the picture
    /// stands.
    pub fn set_shown(&mut self, images: impl IntoIterator<Item = ImageId>) {
        self.pictures += 1;
        for id in images {
            if let Some(entry) = self.entries.get_mut(id.0 as usize) {
                entry.shown = self.pictures;
            }
        }
    }

    /// Drops the images that were asked for longest ago until the budget is kept. Images of this frame stay, and
    /// those that are shown.
    fn evict(&mut self) {
        while self.bytes > self.budget {
            let (frame, picture) = (self.frame, self.pictures);
            let droppable = |e: &&mut Entry| {
                matches!(e.state, State::Ready(_)) && !e.url.is_empty() && e.used < frame && e.shown != picture
            };
            let Some(oldest) = self.entries.iter_mut().filter(droppable).min_by_key(|e| e.used) else { break };
            if let State::Ready(bitmap) = std::mem::replace(&mut oldest.state, State::Evicted) {
                self.bytes = self.bytes.saturating_sub(bitmap.bytes());
            }
        }
    }

    /// True while something is on its way.
    pub fn is_loading(&self) -> bool {
        self.entries.iter().any(|e| matches!(e.state, State::Pending))
    }

    /// What became of an image: its natural size, or why it cannot be drawn; `None` while that is not known.
    pub fn outcome(&self, id: ImageId) -> Option<Result<(u32, u32), DecodeError>> {
        let entry = self.entries.get(id.0 as usize)?;
        match &entry.state {
            State::Ready(bitmap) => Some(Ok((bitmap.width(), bitmap.height()))),
            State::Failed(error) => Some(Err(error.clone())),
            State::Pending | State::Evicted => None,
        }
    }

    /// Natural size of an image, px, once its header has been read.
    pub fn size(&self, id: ImageId) -> Option<(u32, u32)> {
        self.entries.get(id.0 as usize)?.size
    }

    /// An image's pixels, if they are there.
    pub fn bitmap(&self, id: ImageId) -> Option<&Arc<Bitmap>> {
        match &self.entries.get(id.0 as usize)?.state {
            State::Ready(bitmap) => Some(bitmap),
            _ => None,
        }
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

fn load(source: &dyn ImageSource, url: &str, measured: impl FnOnce((u32, u32))) -> Result<Decoded, DecodeError> {
    let bytes = match decode::data_url(url) {
        Some(bytes) => bytes?,
        None => source.fetch(url).map_err(DecodeError::Unavailable)?,
    };
    measured(decode::size(&bytes)?);
    decode::decode(&bytes)
}

fn work(queue: &(Mutex<Queue>, Condvar), source: &dyn ImageSource, done: &Sender<Message>, wake: &dyn Fn()) {
    loop {
        let job = {
            let Ok(mut q) = queue.0.lock() else { return };
            loop {
                if q.closed {
                    return;
                }
                if let Some(job) = q.jobs.pop_front() {
                    break job;
                }
                q = match queue.1.wait(q) {
                    Ok(q) => q,
                    Err(_) => return,
                };
            }
        };
        let (id, url) = job;
        let size = |s| {
            // The store may be gone; then nobody asks any more.
            if done.send(Message::Size(id, s)).is_ok() {
                wake();
            }
        };
        let result = load(source, &url, size);
        if done.send(Message::Done(id, result)).is_err() {
            return;
        }
        wake();
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
    use super::*;

    const PIXEL: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

    struct Files;

    impl ImageSource for Files {
        fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
            match url {
                "/a/b.png" => decode::data_url(PIXEL).unwrap().map_err(|e| e.to_string()),
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

    #[test]
    fn an_address_is_loaded_once_and_its_events_are_told_once() {
        let mut store = ImageStore::synchronous(Arc::new(Files));
        let id = store.request("a/sheet.wxss", "b.png").unwrap();
        assert_eq!(store.request("", "/a/b.png"), Some(id));
        assert_eq!(store.size(id), Some((1, 1)));
        assert!(store.bitmap(id).is_some());
        assert_eq!(store.poll().len(), 2);
        assert!(store.poll().is_empty());
    }

    #[test]
    fn failures_are_reported_and_not_asked_for_again() {
        let mut store = ImageStore::synchronous(Arc::new(Files));
        for url in ["/none.png", "/a/broken.png", "data:image/png;base64,????"] {
            let id = store.request("", url).unwrap();
            assert!(store.bitmap(id).is_none());
            let events = store.poll();
            assert!(matches!(events.last(), Some(ImageEvent::Failed { .. })), "{url}: {events:?}");
            store.request("", url);
            assert!(store.poll().is_empty());
        }
    }

    #[test]
    fn images_that_are_shown_stay_whatever_the_budget() {
        let mut store = ImageStore::synchronous(Arc::new(Files));
        store.set_budget(0);
        let id = store.request("", "/a/b.png").unwrap();
        store.set_shown([id]);
        store.poll();
        store.poll();
        assert!(store.bitmap(id).is_some());
        store.set_shown([]);
        store.poll();
        assert!(store.bitmap(id).is_none());
    }

    #[test]
    fn images_over_the_budget_are_dropped_and_loaded_again_on_use() {
        let mut store = ImageStore::synchronous(Arc::new(Files));
        store.set_budget(0);
        let id = store.request("", "/a/b.png").unwrap();
        store.poll();
        store.poll();
        assert!(store.bitmap(id).is_none());
        assert_eq!((store.size(id), store.bytes()), (Some((1, 1)), 0));
        store.request("", "/a/b.png");
        assert!(store.bitmap(id).is_some());
    }

    #[test]
    fn threads_load_without_blocking_and_wake_the_owner() {
        let (wake, woken) = channel();
        let wake = Mutex::new(wake);
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(move || wake.lock().unwrap().send(()).unwrap_or(()));
        let mut store = ImageStore::threaded(Arc::new(Files), 2, wake);
        let id = store.request("", "/a/b.png").unwrap();
        let mut events = Vec::new();
        while store.is_loading() {
            woken.recv().unwrap();
            events.extend(store.poll());
        }
        assert!(store.bitmap(id).is_some());
        assert!(matches!(events.last(), Some(ImageEvent::Ready { .. })));
    }
}
