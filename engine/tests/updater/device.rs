//! A device whose host starts a mini-program of a repository, tells it of newer versions and starts them when it asks.

use crate::delivery::{APP, Numbers, Shop, TestClock};
use pellicle::delivery::archive::{SecretKey, pack};
use pellicle::delivery::client::{
    Body, Client, ClientConfig, Disk, Fetch, FetchError, FolderFetch, Freshness, MemoryDisk, Source, Started,
    UpdateError, UpdateEvent, Updater,
};
use pellicle::delivery::repository::Publication;
use pellicle::host::app::App;
use pellicle::host::life::container::{Container, LifeConfig};
use pellicle::host::program::{self, Isolation, ProgramConfig};
use pellicle::host::types::HostRequest;
use pellicle::interact::scene::Scene;
use pellicle::interact::{InputEvent, PointerKind};
use pellicle::tools::select;
use pellicle_script::bridge::message::ApiReply;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::capability::device::DeviceCall;
use pellicle_script::package::{MemoryPackage, PackageSource};
use pellicle_script::process::ProcessOptions;
use pellicle_script::realm::{ScriptEngine, SystemClock};
use pellicle_script::sandbox::Trust;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What script logs, what the runtime says and what goes wrong, one line each.
#[derive(Default)]
pub struct Lines(Mutex<Vec<String>>);

impl Lines {
    /// All so far.
    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl AuditSink for Lines {
    fn record(&self, record: Record) {
        let line = match record {
            Record::Console { text, .. } => text,
            Record::Fault { context, message, .. } => format!("fault: {message} ({context})"),
            Record::Warning(text) => format!("warning: {text}"),
            _ => return,
        };
        self.0.lock().unwrap().push(line);
    }

    fn wants_calls(&self) -> bool {
        false
    }
}

/// Where script runs.
#[derive(Clone, Copy, Debug)]
pub struct Realm {
    pub isolation: &'static str,
    pub engine: ScriptEngine,
}

/// All of them.
pub fn realms() -> impl Iterator<Item = Realm> {
    let isolations = if cfg!(unix) { &["thread", "process"][..] } else { &["thread"] };
    ScriptEngine::BUILT
        .iter()
        .flat_map(|engine| isolations.iter().map(|isolation| Realm { isolation, engine: *engine }))
}

/// The one that hosts have if they say nothing.
pub const USUAL: Realm = Realm { isolation: "thread", engine: ScriptEngine::Boa };

/// A page that says which version it is, and logs what it hears of newer ones: from the start, and where it is tapped from then on, too.
fn files(version: &str) -> MemoryPackage {
    let mut files = MemoryPackage::default();
    files.insert("app.json", br#"{ "pages": ["pages/a/a", "pages/b/b"] }"#);
    files.insert(
        "app.js",
        b"
        const manager = wx.getUpdateManager()
        const say = (name) => (...said) => console.log(`${name} ${JSON.stringify(said)}`)
        manager.onCheckForUpdate(say('check'))
        manager.onUpdateReady(say('ready'))
        manager.onUpdateFailed(say('failed'))
        console.log('registered')
        App({ onHide() { console.log('hide') } })",
    );
    let wxml = format!(
        "<view class='version'>{version}</view><view class='late' bindtap='late'>l</view>
         <view class='apply' bindtap='apply'>a</view><view class='twice' bindtap='twice'>t</view>
         <view class='go' bindtap='go'>g</view>"
    );
    files.insert("pages/a/a.wxml", wxml.into_bytes());
    files.insert("pages/a/a.wxss", b"view { height: 40px }");
    files.insert(
        "pages/a/a.js",
        b"
        const manager = wx.getUpdateManager()
        const say = (name) => (...said) => console.log(`${name} ${JSON.stringify(said)}`)
        Page({
            late() {
                manager.onUpdateFailed(say('late failed'))
                manager.onUpdateReady(say('late ready'))
                const check = say('late check')
                manager.onCheckForUpdate(check)
                manager.onCheckForUpdate(check)
                manager.onCheckForUpdate(null)
                console.log('registered late')
            },
            apply() { console.log('apply ' + manager.applyUpdate()) },
            twice() { manager.applyUpdate(); manager.applyUpdate(); console.log('applied twice') },
            go() { wx.navigateTo({ url: '/pages/b/b', success: () => console.log('gone') }) },
        })",
    );
    files.insert("pages/b/b.wxml", b"<view class='version'>b</view>");
    files.insert("pages/b/b.js", b"Page({})");
    // What a difference leaves out.
    files.insert("data.txt", crate::delivery::text(1, 20_000).into_bytes());
    files
}

/// Publishes a version for everybody; the length of its package.
pub fn publish(shop: &mut Shop, version: &str) -> u64 {
    publish_files(shop, version, &files(version))
}

/// The same of any files.
pub fn publish_files(shop: &mut Shop, version: &str, files: &MemoryPackage) -> u64 {
    let package = pack(files, "*".parse().unwrap(), &[&SecretKey::from_seed(&[99; 32])]).unwrap();
    shop.publisher.publish(&Publication::new(APP, &version.parse().unwrap(), &package)).unwrap();
    shop.commit();
    package.len() as u64
}

/// A repository of which files are held back as a test wants it.
pub struct Gate {
    folder: FolderFetch,
    /// Ends of the names of files that nobody gets for now.
    held: Mutex<BTreeSet<&'static str>>,
    /// The same of files whose second half never comes.
    broken: Mutex<BTreeSet<&'static str>>,
    /// What was asked for, from which byte on.
    asked: Mutex<Vec<(String, u64)>>,
}

impl Gate {
    pub fn new(folder: &Path, held: &[&'static str]) -> Arc<Gate> {
        let held = Mutex::new(held.iter().copied().collect());
        Arc::new(Gate { folder: FolderFetch::new(folder), held, broken: Mutex::default(), asked: Mutex::default() })
    }

    pub fn release(&self, end: &'static str) {
        self.held.lock().unwrap().remove(end);
    }

    pub fn break_off(&self, end: &'static str) {
        self.broken.lock().unwrap().insert(end);
    }

    pub fn mend(&self) {
        self.broken.lock().unwrap().clear();
    }

    /// The bytes that files were asked for from, by the ends of their names.
    pub fn asked(&self, end: &str) -> Vec<u64> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(path, _)| path.ends_with(end)).map(|(_, from)| *from).collect()
    }
}

impl Fetch for Gate {
    fn get(&self, path: &str, from: u64) -> Result<Body, FetchError> {
        self.asked.lock().unwrap().push((path.to_owned(), from));
        let is_in = |ends: &Mutex<BTreeSet<&'static str>>| ends.lock().unwrap().iter().any(|end| path.ends_with(end));
        let started = Instant::now();
        while is_in(&self.held) {
            assert!(started.elapsed() < PATIENCE, "{path} is held back for ever");
            std::thread::sleep(Duration::from_millis(2));
        }
        let mut body = self.folder.get(path, from)?;
        if is_in(&self.broken) {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut body.bytes, &mut bytes).unwrap();
            bytes.truncate(bytes.len() / 2);
            body.bytes = Box::new(crate::delivery::Breaking(std::io::Cursor::new(bytes)));
        }
        Ok(body)
    }
}

/// How long a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a device keeps, whatever runs on it.
pub struct Device {
    pub disk: Arc<dyn Disk>,
    pub clock: Arc<TestClock>,
    /// Which network it has.
    pub network: &'static str,
}

/// What it tells of itself.
struct Told {
    network: &'static str,
}

impl pellicle_script::capability::device::Device for Told {
    fn call(&mut self, call: DeviceCall, reply: Responder) {
        if call == DeviceCall::GetNetworkType {
            reply.ok(ApiReply::of(serde_json::json!({ "networkType": self.network })));
        }
    }
}

impl Device {
    pub fn new() -> Device {
        Device { disk: Arc::new(MemoryDisk::default()), clock: TestClock::new(), network: "wifi" }
    }

    pub fn client(&self) -> Arc<Client> {
        Arc::new(Client::open(ClientConfig::new(self.disk.clone(), self.clock.clone()), &mut Numbers(7)).unwrap())
    }

    /// Starts the mini-program as a host does that is given these sources.
    pub fn start(&self, realm: Realm, sources: Vec<Source>) -> Result<Running, UpdateError> {
        self.start_at(realm, sources, "")
    }

    /// The same with a page that is to be shown first.
    pub fn start_at(&self, realm: Realm, sources: Vec<Source>, page: &str) -> Result<Running, UpdateError> {
        let updater = Arc::new(Updater::new(self.client(), APP, sources));
        let started = updater.start()?;
        Ok(Running::open((realm, self.network), updater, started, page))
    }
}

/// A copy of a repository that a host is shipped with.
pub fn bundled(shop: &Shop, folder: &Path) -> Source {
    Source { freshness: Freshness::Bundled, ..shop.source_by(Arc::new(FolderFetch::new(folder))) }
}

/// A mini-program that runs, in a host that keeps it up to date.
pub struct Running {
    pub container: Container,
    pub updater: Arc<Updater>,
    package: Rc<RefCell<Arc<dyn PackageSource>>>,
    lines: Arc<Lines>,
    told: Arc<Mutex<Vec<String>>>,
    /// How often it asked for the newer version.
    pub asked: usize,
    started: Instant,
    skipped: f64,
    pub read: usize,
}

impl Running {
    fn open((realm, network): (Realm, &'static str), updater: Arc<Updater>, started: Started, page: &str) -> Running {
        let package: Rc<RefCell<Arc<dyn PackageSource>>> = Rc::new(RefCell::new(updater.files(&started)));
        let lines: Arc<Lines> = Arc::default();
        let opener = {
            let (package, audit, updater) = (package.clone(), lines.clone(), updater.clone());
            move |launch: LaunchOptions| {
                let isolation = match realm.isolation {
                    "process" => Isolation::Process(ProcessOptions {
                        program: Some(env!("CARGO_BIN_EXE_pellicle").into()),
                        ..ProcessOptions::default()
                    }),
                    _ => Isolation::Thread,
                };
                program::open(ProgramConfig {
                    launch,
                    isolation,
                    engine: realm.engine,
                    trust: Trust::Own,
                    audit: audit.clone(),
                    device: Box::new(Told { network }),
                    update: updater.state(),
                    ..ProgramConfig::new(package.borrow().clone(), Drive::Free(Arc::new(SystemClock::new(0))))
                })
            }
        };
        let launch = LaunchOptions { scene: 1001, path: page.to_owned(), ..LaunchOptions::default() };
        let container = Container::open(LifeConfig::default(), launch, Box::new(opener)).unwrap();
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let notes = told.clone();
        let tell = move |event: UpdateEvent| {
            notes.lock().unwrap().push(format!("{event:?}").split(['(', ' ']).next().unwrap().to_owned());
        };
        updater.look(tell).unwrap();
        let (started, asked) = (Instant::now(), 0);
        Running { container, updater, package, lines, told, asked, started, skipped: 0.0, read: 0 }
    }

    fn now(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0 + self.skipped
    }

    /// One turn of the host's loop.
    pub fn turn(&mut self) {
        let now = self.now();
        self.container.set_update_state(self.updater.state());
        self.container.tick(now);
        while let Some(request) = self.container.take_request() {
            if request == HostRequest::ApplyUpdate {
                self.asked += 1;
                self.apply();
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }

    /// Starts the version that is ready in place of the one that runs.
    pub fn apply(&mut self) {
        if let Some(started) = self.updater.apply().unwrap() {
            self.package.replace(self.updater.files(&started));
            let (launch, now) = (LaunchOptions { scene: 1001, ..LaunchOptions::default() }, self.now());
            self.container.restart(launch, now).unwrap();
        }
    }

    /// Goes on until something holds.
    pub fn until(&mut self, what: &str, mut holds: impl FnMut(&Running) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(started.elapsed() < PATIENCE, "{what}: {:?} {:?}", self.all_lines(), self.told.lock().unwrap());
            self.turn();
        }
    }

    /// Goes on for a while in which something that must not happen could.
    pub fn wait(&mut self) {
        let until = Instant::now() + Duration::from_millis(150);
        while Instant::now() < until {
            self.turn();
        }
    }

    fn all_lines(&self) -> Vec<String> {
        self.lines.all()
    }

    /// Goes on until so many lines more are there, and gives them.
    pub fn lines(&mut self, count: usize) -> Vec<String> {
        let end = self.read + count;
        self.until("lines", |running| running.all_lines().len() >= end);
        let found = self.all_lines()[self.read..end].to_vec();
        self.read = end;
        found
    }

    /// Lines that nobody has asked for.
    pub fn rest(&mut self) -> Vec<String> {
        self.wait();
        let found = self.all_lines().split_off(self.read);
        self.read += found.len();
        found
    }

    /// What the updater told its host.
    pub fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    fn text(app: &App, selector: &str) -> Option<String> {
        let document = &app.stage().document;
        let found = select::find(document, document.top_page()?.root, selector)?;
        Some(select::own_text(document, found).trim().to_owned())
    }

    /// The version that is seen.
    pub fn version(&self) -> Option<String> {
        Running::text(self.container.app()?, ".version")
    }

    pub fn until_version(&mut self, version: &str) {
        self.until(version, |running| running.version().is_some_and(|shown| shown == version));
    }

    pub fn tap(&mut self, selector: &str) {
        self.until(selector, |running| {
            running.container.app().is_some_and(|app| Running::text(app, selector).is_some())
        });
        // It is laid out by then.
        self.turn();
        let app = self.container.app().unwrap();
        let document = &app.stage().document;
        let node = select::find(document, document.top_page().unwrap().root, selector).unwrap();
        let (area, page) = (app.stage().area(node).unwrap(), app.page_area());
        let (x, y) = (area.x + page.x + area.width / 2.0, area.y + page.y + area.height / 2.0);
        let time = self.now();
        self.container.handle(&InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time }, time);
        self.container.handle(&InputEvent::PointerUp { pointer: 1, x, y, time: time + 20.0 }, time + 20.0);
    }

    /// Time passes that nobody waits for.
    pub fn skip(&mut self, ms: f64) {
        self.skipped += ms;
        self.turn();
    }

    pub fn hide(&mut self) {
        let now = self.now();
        self.container.hide(now);
    }

    pub fn show(&mut self) {
        let now = self.now();
        self.container.show(LaunchOptions { scene: 1089, ..LaunchOptions::default() }, now).unwrap();
    }
}
