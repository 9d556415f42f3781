//! A platform of mini-programs: what a repository offers, what is installed, several running side by side, permissions,
//! updates. Programs come from others, so that each runs in a process of its own.
//!
//! `cargo run -p pellicle-example-hosts --bin store -- REPOSITORY ROOT.json FOLDER`
//!
//! REPOSITORY is the address or the folder of what `pellicle publish` makes, ROOT.json its `1.root.json`, and FOLDER is for what is
//! installed and what programs store.

use eframe::egui::{self, CentralPanel, Panel, RichText, ScrollArea};
use pellicle::host::hosting::{Host, HostConfig, child_main_if_asked};
use pellicle::host::types::HostRequest;
use pellicle_delivery::client::{
    Client, ClientConfig, FolderDisk, FolderFetch, Freshness, HttpFetch, HttpLimits, Offer, Source, Update,
    UpdateEvent, Updater,
};
use pellicle_example_hosts::around::Around;
use pellicle_example_hosts::asking::{Asked, Asking, permission};
use pellicle_example_hosts::failed;
use pellicle_example_hosts::program::{MiniProgram, Opening, Prompts};
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::realm::{SystemClock, SystemRandom};
use pellicle_script::sandbox::Trust;
use pellicle_script::sandbox::prompt::{PermissionReply, PermissionRequest};
use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Size of a running mini-program, logical px.
const SIZE: (f32, f32) = (340.0, 600.0);
/// A version that has run so long without a fault is a good one.
const PROBATION: Duration = Duration::from_secs(10);

/// What threads that work with the repository have to tell.
enum News {
    Offers(Result<Vec<Offer>, String>),
    Progress {
        app: String,
        done: u64,
        whole: u64,
    },
    Updated {
        app: String,
        result: Result<Update, String>,
    },
    /// What has become of looking for a newer version of one that runs.
    Looked {
        app: String,
        event: UpdateEvent,
    },
}

/// What is known of a mini-program.
#[derive(Default)]
struct Entry {
    name: String,
    /// The version that the repository has for this device.
    offered: Option<String>,
    installed: Option<String>,
    /// Part of a package that has come; `None` if none is on its way.
    coming: Option<f32>,
    said: String,
}

/// Notes that a mini-program has thrown: its version is not called good then.
#[derive(Default)]
struct Faults(AtomicBool);

impl AuditSink for Faults {
    fn record(&self, record: Record) {
        if matches!(record, Record::Fault { .. }) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    fn wants_calls(&self) -> bool {
        false
    }
}

/// A mini-program that is open.
struct Open {
    app: String,
    version: String,
    program: MiniProgram,
    /// Brings a newer version while it runs, which it may start itself.
    updater: Arc<Updater>,
    since: Instant,
    faults: Arc<Faults>,
    settled: bool,
}

impl Open {
    /// Starts the version that is ready in its place.
    fn apply(&mut self) -> Result<(), Failed> {
        let Some(started) = self.updater.apply()? else { return Ok(()) };
        self.version = started.version.to_string();
        (self.since, self.settled) = (Instant::now(), false);
        self.faults.0.store(false, Ordering::Relaxed);
        Ok(self.program.restart(self.updater.files(&started))?)
    }
}

struct Store {
    around: Around,
    client: Arc<Client>,
    source: Source,
    shelf: BTreeMap<String, Entry>,
    open: Vec<Open>,
    news: Receiver<News>,
    tell: Sender<News>,
    asked: Receiver<Asked>,
    ask: Sender<Asked>,
    questions: VecDeque<(Box<PermissionRequest>, PermissionReply)>,
    said: String,
}

impl Store {
    fn new(window: &eframe::CreationContext<'_>, from: &str, root: &Path, folder: &Path) -> Result<Store, Failed> {
        let config = HostConfig { data: Some(folder.join("data")), ..HostConfig::default() };
        let around = Around::new(window, Host::new(config))?;
        let disk = Arc::new(FolderDisk::open(folder.join("installed"))?);
        let client = ClientConfig::new(disk, Arc::new(SystemClock::local()));
        let client = Arc::new(Client::open(client, &mut SystemRandom::default())?);
        let root = std::fs::read(root).map_err(|error| failed(format!("{}: {error}", root.display())))?;
        let name = "store".to_owned();
        let source = if Path::new(from).is_dir() {
            Source { name, root, fetch: Arc::new(FolderFetch::new(from)), freshness: Freshness::Bundled }
        } else {
            let fetch = Arc::new(HttpFetch::new(from, &HttpLimits::default())?);
            Source { name, root, fetch, freshness: Freshness::Current }
        };
        let ((tell, news), (ask, asked)) = (channel(), channel());
        let mut store = Store {
            around,
            client,
            source,
            shelf: BTreeMap::new(),
            open: Vec::new(),
            news,
            tell,
            asked,
            ask,
            questions: VecDeque::new(),
            said: String::new(),
        };
        store.look_at_disk();
        store.look_at_repository();
        Ok(store)
    }

    /// Does something with the repository on a thread of its own: it waits for a network.
    fn work(&self, work: impl FnOnce(&Client, &Source, &dyn Fn(News)) + Send + 'static) {
        let (client, source, tell) = (self.client.clone(), self.source.clone(), self.tell.clone());
        let egui = self.around.egui.clone();
        thread::spawn(move || {
            work(&client, &source, &|news| {
                // Nobody listens any more once the window is closed.
                let _ = tell.send(news);
                egui.request_repaint();
            });
        });
    }

    fn look_at_repository(&self) {
        self.work(|client, source, tell| {
            tell(News::Offers(client.offers(source).map_err(|error| error.to_string())));
        });
    }

    fn look_at_disk(&mut self) {
        match self.client.apps() {
            Err(error) => self.said = error.to_string(),
            Ok(apps) => {
                for app in apps {
                    let installed = self.client.installed(&app).ok().flatten();
                    self.shelf.entry(app).or_default().installed = installed.map(|found| found.version.to_string());
                }
            }
        }
    }

    fn fetch(&mut self, app: &str) {
        let entry = self.shelf.entry(app.to_owned()).or_default();
        (entry.coming, entry.said) = (Some(0.0), String::new());
        let app = app.to_owned();
        self.work(move |client, source, tell| {
            let mut watch = |progress: pellicle_delivery::client::Progress| {
                tell(News::Progress { app: app.clone(), done: progress.done, whole: progress.total });
                ControlFlow::Continue(())
            };
            let result = client.update(&app, source, &mut watch).map_err(|error| error.to_string());
            tell(News::Updated { app, result });
        });
    }

    fn take_news(&mut self) {
        while let Ok(news) = self.news.try_recv() {
            match news {
                News::Offers(Err(error)) => self.said = error,
                News::Offers(Ok(offers)) => {
                    self.said.clear();
                    for offer in offers {
                        let entry = self.shelf.entry(offer.app).or_default();
                        (entry.name, entry.offered) = (offer.name, offer.version.map(|version| version.to_string()));
                    }
                }
                News::Progress { app, done, whole } => {
                    self.shelf.entry(app).or_default().coming = Some(done as f32 / whole.max(1) as f32);
                }
                News::Updated { app, result } => {
                    let entry = self.shelf.entry(app).or_default();
                    entry.coming = None;
                    match result {
                        Ok(Update::Current(version)) => entry.installed = Some(version.to_string()),
                        Ok(Update::Ready { version, fetched, by_delta }) => {
                            let how = if by_delta { ", the difference" } else { "" };
                            entry.said = format!("{fetched} bytes came{how}");
                            entry.installed = Some(version.to_string());
                        }
                        Err(error) => entry.said = error,
                    }
                }
                News::Looked { app, event } => {
                    let entry = self.shelf.entry(app).or_default();
                    match event {
                        UpdateEvent::Current(_) | UpdateEvent::Found(_) => {}
                        UpdateEvent::Ready { version, .. } => {
                            entry.said = format!("{version} came while it runs");
                            entry.installed = Some(version.to_string());
                        }
                        UpdateEvent::Failed(error) | UpdateEvent::Unknown(error) => entry.said = error.to_string(),
                    }
                }
            }
        }
        for open in &mut self.open {
            open.program.set_update_state(open.updater.state());
        }
        while let Ok(asked) = self.asked.try_recv() {
            if let Asked::Permission(request, reply) = asked {
                self.questions.push_back((request, reply));
            }
        }
    }

    /// Starts a mini-program in the version that is installed.
    fn start(&mut self, app: &str) -> Result<(), Failed> {
        let updater = Arc::new(Updater::new(self.client.clone(), app, vec![self.source.clone()]));
        let started = updater.start()?;
        if let Some(taken_back) = &started.rolled_back {
            self.shelf.entry(app.to_owned()).or_default().said = format!("{taken_back} did not run");
        }
        let faults = Arc::new(Faults::default());
        let (queue, egui) = (self.ask.clone(), self.around.egui.clone());
        let asking = Asking { queue, wake: move || egui.request_repaint() };
        let prompts: Prompts = Box::new(move || Box::new(asking.clone()));
        let opening = Opening {
            trust: Trust::Foreign,
            prompts: Some(prompts),
            audit: faults.clone(),
            update: updater.state(),
            ..Opening::new(app, updater.files(&started))
        };
        let program = MiniProgram::open(&self.around, opening, SIZE.into())?;
        let version = started.version.to_string();
        let (since, settled) = (Instant::now(), false);
        let (tell, egui, of) = (self.tell.clone(), self.around.egui.clone(), app.to_owned());
        updater.look(move |event| {
            // Nobody listens any more once the window is closed.
            let _ = tell.send(News::Looked { app: of.clone(), event });
            egui.request_repaint();
        })?;
        self.open.push(Open { app: app.to_owned(), version, program, updater, since, faults, settled });
        Ok(())
    }

    fn close(&mut self, app: &str) {
        if let Some(at) = self.open.iter().position(|open| open.app == app) {
            let open = self.open.remove(at);
            if !open.settled && !open.faults.0.load(Ordering::Relaxed) {
                self.said(|store| store.client.ran_well(app));
            }
            open.updater.end();
            open.program.close();
        }
    }

    /// Does something whose failure is said at the foot of the window.
    fn said<E: std::fmt::Display>(&mut self, act: impl FnOnce(&mut Store) -> Result<(), E>) {
        if let Err(error) = act(self) {
            self.said = error.to_string();
        }
    }

    fn shelf(&mut self, ui: &mut egui::Ui) {
        ui.heading("Store");
        if ui.button("Look for news").clicked() {
            self.look_at_repository();
        }
        ui.separator();
        let apps: Vec<String> = self.shelf.keys().cloned().collect();
        for app in apps {
            let Some(entry) = self.shelf.get(&app) else { continue };
            let open = self.open.iter().find(|open| open.app == app).map(|open| open.version.clone());
            let name = if entry.name.is_empty() { &app } else { &entry.name };
            ui.label(RichText::new(name).strong());
            let installed = entry.installed.clone();
            ui.label(match (&installed, &entry.offered) {
                (Some(installed), Some(offered)) if installed != offered => {
                    format!("{installed} is there, {offered} is new")
                }
                (Some(installed), _) => format!("{installed} is there"),
                (None, Some(offered)) => offered.clone(),
                (None, None) => "not for this device".to_owned(),
            });
            if !entry.said.is_empty() {
                ui.label(RichText::new(&entry.said).weak());
            }
            if let Some(part) = entry.coming {
                ui.add(egui::ProgressBar::new(part));
                continue;
            }
            let is_new = entry.offered.is_some() && entry.offered != installed;
            let mut done = None;
            ui.horizontal(|ui| {
                let mut button = |label: &str, action: fn(&mut Store, &str)| {
                    if ui.button(label).clicked() {
                        done = Some(action);
                    }
                };
                match (&installed, &open) {
                    (None, _) if is_new => button("Install", Store::fetch),
                    (None, _) => {}
                    (Some(_), None) => {
                        if is_new {
                            button("Update", Store::fetch);
                        }
                        button("Open", |store, app| store.said(|store| store.start(app)));
                        button("Remove", |store, app| {
                            store.said(|store| store.client.remove(app));
                            if let Some(entry) = store.shelf.get_mut(app) {
                                entry.installed = None;
                            }
                        });
                    }
                    (Some(installed), Some(runs)) => {
                        if is_new {
                            button("Update", Store::fetch);
                        }
                        if installed != runs {
                            button("Restart", |store, app| {
                                store.close(app);
                                store.said(|store| store.start(app));
                            });
                        }
                        button("Close", Store::close);
                    }
                }
            });
            if let Some(action) = done {
                action(self, &app);
            }
            ui.separator();
        }
    }

    fn running(&mut self, ui: &mut egui::Ui) {
        let mut closed = Vec::new();
        ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
            ui.horizontal_top(|ui| {
                for open in &mut self.open {
                    ui.vertical(|ui| {
                        ui.label(format!("{} {}", open.app, open.version));
                        open.program.show(ui, SIZE.into());
                    });
                    for request in open.program.take_requests() {
                        match request {
                            HostRequest::Exit => closed.push(open.app.clone()),
                            HostRequest::ApplyUpdate => {
                                if let Err(error) = open.apply() {
                                    self.said = format!("{}: {error}", open.app);
                                }
                            }
                            HostRequest::Open(service) => self.said = format!("{}: no {service} here", open.app),
                            _ => {}
                        }
                    }
                    if !open.settled && open.since.elapsed() >= PROBATION && !open.faults.0.load(Ordering::Relaxed) {
                        open.settled = true;
                        if let Err(error) = self.client.ran_well(&open.app) {
                            self.said = error.to_string();
                        }
                    }
                }
            });
        });
        closed.iter().for_each(|app| self.close(app));
    }
}

impl eframe::App for Store {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.take_news();
        Panel::left("shelf").exact_size(230.0).resizable(false).show(ui, |ui| self.shelf(ui));
        CentralPanel::default().show(ui, |ui| {
            ui.label(&self.said);
            self.running(ui);
        });
        if let Some((request, _)) = self.questions.front()
            && let Some(decision) = permission(ui.ctx(), request)
            && let Some((_, reply)) = self.questions.pop_front()
        {
            reply.decide(decision);
        }
    }
}

fn main() -> Result<(), Failed> {
    child_main_if_asked();
    let mut arguments = std::env::args().skip(1);
    let (Some(from), Some(root), Some(folder)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: store REPOSITORY ROOT.json FOLDER".into());
    };
    let (root, folder) = (PathBuf::from(root), PathBuf::from(folder));
    let viewport = egui::ViewportBuilder::default().with_title("Store").with_inner_size([960.0, 660.0]);
    let options = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Wgpu, ..Default::default() };
    let open = move |window: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, Failed> {
        Ok(Box::new(Store::new(window, &from, &root, &folder)?))
    };
    eframe::run_native("pellicle-store", options, Box::new(open)).map_err(Into::into)
}
