//! What the tests of delivery share: packages, a repository, a device whose power can go, servers that lie.

#![allow(dead_code)] // No test uses all of it.

use jiff::{SignedDuration, Timestamp};
use pellicle_delivery::archive::{SecretKey, pack, pack_in_parts};
use pellicle_delivery::client::{
    Body, Client, ClientConfig, Disk, Fetch, FetchError, FolderFetch, Freshness, Source, Update, UpdateError,
};
use pellicle_delivery::repository::{Keys, Publication, Published, Publisher, Role, Terms};
use pellicle_script::package::{MemoryPackage, PackageSource};
use pellicle_script::realm::{Clock, Random};
use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

pub const APP: &str = "wx0123";

/// 2026-11-01, when all tests begin.
pub fn start() -> Timestamp {
    "2026-11-01T00:00:00Z".parse().unwrap()
}

/// A clock that tests turn.
pub struct TestClock(AtomicU64);

impl TestClock {
    pub fn new() -> Arc<TestClock> {
        Arc::new(TestClock(AtomicU64::new(start().as_millisecond() as u64)))
    }

    pub fn days(&self, days: u64) {
        self.0.fetch_add(days * 86_400_000, Ordering::Relaxed);
    }

    pub fn seconds(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> f64 {
        self.0.load(Ordering::Relaxed) as f64
    }

    fn monotonic(&self) -> f64 {
        self.now()
    }

    fn offset_minutes(&self, _now: f64) -> i32 {
        0
    }
}

/// The same numbers for each test.
pub struct Numbers(pub u64);

impl Random for Numbers {
    fn next(&mut self) -> f64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

pub fn keys(seed: u8) -> Keys {
    let key = |(place, role): (usize, Role)| (role, SecretKey::from_seed(&[seed + place as u8; 32]));
    Keys::new(Role::ALL.into_iter().enumerate().map(key).collect())
}

/// A text that does not compress to nothing, and differs by its seed.
pub fn text(seed: u64, words: usize) -> String {
    let mut numbers = Numbers(seed);
    (0..words).map(|_| format!("word{} ", (numbers.next() * 5000.0) as u32)).collect()
}

/// The files of a version: a large file that stays, and code with its number.
pub fn files(version: &str) -> MemoryPackage {
    let mut files = MemoryPackage::default();
    files.insert("app.json", br#"{"pages":["pages/a/a"]}"#);
    files.insert("app.js", format!("App({{ version: '{version}' }});\n// {}", text(1, 4000)).into_bytes());
    files.insert("pages/a/a.wxml", b"<view>hello</view>");
    files.insert("pages/a/a.js", b"Page({});");
    files.insert("data/words.txt", text(2, 20_000).into_bytes());
    files
}

pub fn package(version: &str) -> Vec<u8> {
    pack(&files(version), "*".parse().unwrap(), &[&SecretKey::from_seed(&[99; 32])]).unwrap()
}

/// The same program with a subpackage in a file of its own: the package, and that file.
pub fn package_in_parts(version: &str) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut files = files(version);
    files.insert("shop/a.js", format!("Page({{}}); // {version} {}", text(5, 3000)).into_bytes());
    let packed = pack_in_parts(&files, &["shop".to_owned()], "*".parse().unwrap(), &[]).unwrap();
    (packed.main, packed.parts.into_values().collect())
}

/// A repository in a folder that goes with it.
pub struct Shop {
    pub folder: tempfile::TempDir,
    pub keys: Keys,
    pub publisher: Publisher,
    pub root: Vec<u8>,
}

impl Shop {
    pub fn new() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let keys = keys(1);
        let publisher = Publisher::create(folder.path(), &keys, &Terms::default(), start()).unwrap();
        let root = std::fs::read(folder.path().join("metadata/1.root.json")).unwrap();
        Shop { folder, keys, publisher, root }
    }

    /// Publishes a version for everybody.
    pub fn publish(&mut self, version: &str) -> Published {
        let (number, bytes) = (version.parse().unwrap(), package(version));
        let published = self.publisher.publish(&Publication::new(APP, &number, &bytes)).unwrap();
        self.commit();
        published
    }

    /// The same with a subpackage.
    pub fn publish_in_parts(&mut self, version: &str) -> Published {
        let (number, (bytes, parts)) = (version.parse().unwrap(), package_in_parts(version));
        let publication = Publication { parts: &parts, ..Publication::new(APP, &number, &bytes) };
        let published = self.publisher.publish(&publication).unwrap();
        self.commit();
        published
    }

    pub fn commit(&mut self) {
        self.publisher.commit(&self.keys, &Terms::default(), start()).unwrap();
    }

    pub fn commit_after(&mut self, days: i64) {
        let now = start().checked_add(SignedDuration::from_hours(days * 24)).unwrap();
        self.publisher.commit(&self.keys, &Terms::default(), now).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn source(&self) -> Source {
        self.source_by(Arc::new(FolderFetch::new(self.path())))
    }

    pub fn source_by(&self, fetch: Arc<dyn Fetch>) -> Source {
        Source { name: "shop".to_owned(), root: self.root.clone(), fetch, freshness: Freshness::Current }
    }
}

/// Copies a folder: a state of a repository that somebody keeps.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}

pub fn client(disk: Arc<dyn Disk>, clock: &Arc<TestClock>) -> Client {
    Client::open(ClientConfig::new(disk, clock.clone()), &mut Numbers(7)).unwrap()
}

pub fn update(client: &Client, source: &Source) -> Result<Update, UpdateError> {
    client.update(APP, source, &mut |_| ControlFlow::Continue(()))
}

/// Starts the mini-program and says which version it is, by what is in its files.
pub fn run(client: &Client) -> Option<String> {
    let started = client.start(APP).ok()?;
    let code = started.package.text("app.js").unwrap();
    let version = code.split('\'').nth(1).unwrap().to_owned();
    assert_eq!(version, started.version.to_string());
    Some(version)
}

/// What hands out a file in place of the repository, where it does.
type Answer = dyn Fn(&str, u64) -> Option<Result<Body, FetchError>> + Send + Sync;

/// A server that answers as a test wants it, and otherwise as the repository would.
pub struct Server {
    folder: FolderFetch,
    answer: Box<Answer>,
    pub asked: Mutex<Vec<(String, u64)>>,
}

impl Server {
    pub fn new(
        folder: &Path,
        answer: impl Fn(&str, u64) -> Option<Result<Body, FetchError>> + Send + Sync + 'static,
    ) -> Arc<Server> {
        Arc::new(Server { folder: FolderFetch::new(folder), answer: Box::new(answer), asked: Mutex::default() })
    }

    pub fn honest(folder: &Path) -> Arc<Server> {
        Server::new(folder, |_, _| None)
    }

    /// Bytes of targets that were asked for, by the ends of their names.
    pub fn asked_for(&self, end: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|(path, _)| path.ends_with(end)).count()
    }
}

impl Fetch for Server {
    fn get(&self, path: &str, from: u64) -> Result<Body, FetchError> {
        self.asked.lock().unwrap().push((path.to_owned(), from));
        (self.answer)(path, from).unwrap_or_else(|| self.folder.get(path, from))
    }
}

/// Bytes that end in an error.
pub struct Breaking(pub io::Cursor<Vec<u8>>);

impl io::Read for Breaking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::ConnectionReset.into()),
            read => Ok(read),
        }
    }
}

/// A disk that is in memory and does to files what real ones do when the power goes: what was not made durable is there, or not, or in
/// part; names that were taken away may be there again.
#[derive(Default)]
pub struct Cutting {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// What programs see.
    live: BTreeMap<String, Vec<u8>>,
    /// What is there whatever happens.
    durable: BTreeMap<String, Vec<u8>>,
    steps: usize,
    /// The step at which the power goes.
    cut: Option<usize>,
    /// Bytes that there is room for.
    room: Option<usize>,
}

impl Cutting {
    pub fn new() -> Arc<Cutting> {
        Arc::new(Cutting::default())
    }

    /// Steps that changed something.
    pub fn steps(&self) -> usize {
        self.inner.lock().unwrap().steps
    }

    pub fn cut_at(&self, step: usize) {
        self.inner.lock().unwrap().cut = Some(step);
    }

    pub fn room(&self, bytes: Option<usize>) {
        self.inner.lock().unwrap().room = bytes;
    }

    pub fn used(&self) -> usize {
        self.inner.lock().unwrap().live.values().map(Vec::len).sum()
    }

    /// Whether the power is gone.
    pub fn is_off(&self) -> bool {
        let inner = self.inner.lock().unwrap();
        inner.cut.is_some_and(|cut| inner.steps >= cut)
    }

    /// A disk with what this one has.
    pub fn copy(&self) -> Arc<Cutting> {
        let inner = self.inner.lock().unwrap();
        let (live, durable) = (inner.live.clone(), inner.durable.clone());
        Arc::new(Cutting { inner: Mutex::new(Inner { live, durable, ..Inner::default() }) })
    }

    /// What is found when the power is back, by luck.
    pub fn restart(&self, luck: u64) -> Arc<Cutting> {
        let inner = self.inner.lock().unwrap();
        let mut numbers = Numbers(luck);
        let mut found = inner.durable.clone();
        for (path, live) in &inner.live {
            let safe = inner.durable.get(path).map_or(0, Vec::len);
            if inner.durable.get(path) == Some(live) {
                continue;
            }
            // Some of what was added to what was safe, perhaps nothing, perhaps not even the name.
            let kept = safe + (numbers.next() * (live.len().saturating_sub(safe) + 1) as f64) as usize;
            match numbers.next() {
                luck if luck < 0.3 => {}
                luck if luck < 0.6 => drop(found.insert(path.clone(), live.clone())),
                // A length that is right over bytes that never came.
                luck if luck < 0.7 => {
                    let mut torn = live.clone();
                    torn[kept.min(live.len())..].fill(0);
                    found.insert(path.clone(), torn);
                }
                _ => drop(found.insert(path.clone(), live[..kept.min(live.len())].to_vec())),
            }
        }
        for path in inner.durable.keys().filter(|path| !inner.live.contains_key(*path)) {
            if numbers.next() < 0.5 {
                found.remove(path);
            }
        }
        Arc::new(Cutting { inner: Mutex::new(Inner { live: found.clone(), durable: found, ..Inner::default() }) })
    }

    /// One more step; an error when the power went.
    fn step(inner: &mut Inner) -> io::Result<bool> {
        if inner.cut.is_some_and(|cut| inner.steps >= cut) {
            return Err(io::Error::other("the power is gone"));
        }
        inner.steps += 1;
        Ok(inner.cut == Some(inner.steps))
    }
}

impl Disk for Cutting {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.inner.lock().unwrap().live.get(path).cloned())
    }

    fn length(&self, path: &str) -> io::Result<Option<u64>> {
        Ok(self.inner.lock().unwrap().live.get(path).map(|bytes| bytes.len() as u64))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let inner = self.inner.lock().unwrap();
        let names =
            inner.live.keys().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/')?.split('/').next());
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.dedup();
        Ok(names)
    }

    fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut inner = self.inner.lock().unwrap();
        let last = Cutting::step(&mut inner)?;
        let used: usize = inner.live.values().map(Vec::len).sum();
        let room = inner.room.map_or(usize::MAX, |room| room.saturating_sub(used));
        let written = if last { bytes.len() / 2 } else { bytes.len() }.min(room);
        inner.live.entry(path.to_owned()).or_default().extend_from_slice(&bytes[..written]);
        match written < bytes.len() {
            true if last => Err(io::Error::other("the power is gone")),
            true => Err(io::ErrorKind::StorageFull.into()),
            false => Ok(()),
        }
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        let mut inner = self.inner.lock().unwrap();
        if Cutting::step(&mut inner)? {
            return Err(io::Error::other("the power is gone"));
        }
        let bytes = inner.live.get(path).cloned().ok_or(io::ErrorKind::NotFound)?;
        inner.durable.insert(path.to_owned(), bytes);
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut inner = self.inner.lock().unwrap();
        let last = Cutting::step(&mut inner)?;
        let bytes = inner.live.get(from).cloned().ok_or(io::ErrorKind::NotFound)?;
        // Of a file that was not made durable the name is safe, and nothing else.
        let safe = inner.durable.remove(from).unwrap_or_default();
        // The power goes before or after it.
        if last && inner.steps.is_multiple_of(2) {
            inner.durable.insert(from.to_owned(), safe);
            return Err(io::Error::other("the power is gone"));
        }
        inner.live.remove(from);
        inner.durable.insert(to.to_owned(), safe);
        inner.live.insert(to.to_owned(), bytes);
        if last { Err(io::Error::other("the power is gone")) } else { Ok(()) }
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        let mut inner = self.inner.lock().unwrap();
        Cutting::step(&mut inner)?;
        inner.live.remove(path);
        Ok(())
    }
}
