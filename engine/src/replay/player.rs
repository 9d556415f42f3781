//! The render side, again: an app that is fed from a recording, call by call.

use super::entry::{Entry, HostCall};
use super::file::{Recording, Span, Spans};
use super::format::FormatError;
use super::tap::{self, Arrivals, Tap};
use crate::canvas::board::CanvasBoard;
use crate::fonts::FontLoader;
use crate::host::app::{App, AppConfig, AppError};
use crate::host::caches::SharedCaches;
use crate::host::life::frozen::Frozen;
use crate::host::program::{app_id, document_limits};
use crate::images::{ImageStore, NoSource};
use crate::interact::clipboard::ProcessClipboard;
use crate::paint::DeviceRect;
use pellicle_layout::document::Dirty;
use pellicle_layout::document::ops::Commit;
use pellicle_layout::text::FontPolicy;
use pellicle_script::bridge::outbox::StopReason;
use pellicle_script::bridge::thread::{Drive, SpawnError, ThreadConfig};
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::capability::system::{SharedFigures, SystemFigures};
use pellicle_script::package::{EncodingCheck, PackageSource, WithCompiled};
use pellicle_script::realm::VirtualClock;
use pellicle_script::record::{Feeder, fed};
use pellicle_script::sandbox::AccessControl;
use pellicle_script::wire;
use pellicle_script::worklet::hub::{MotionConfig, MotionHub};
use rustc_hash::FxHasher;
use std::collections::BTreeMap;
use std::hash::Hasher;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Why a recording cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayFault {
    /// The recording cannot be read.
    #[error("{0}")]
    Format(#[from] FormatError),
    /// Its program cannot be opened.
    #[error("{0}")]
    Open(#[from] AppError),
    /// A commit of it is none.
    #[error("the commit that frame {0} took cannot be read")]
    Commit(u64),
}

/// How a recording is played.
#[derive(Default)]
pub struct PlayerOptions {
    /// Commits by their numbers, as [`wire::commit::write`] wrote them, to be applied in the place of the recorded ones: those of
    /// script that has run again.
    pub commits: Option<BTreeMap<u64, Vec<u8>>>,
    /// Keep which nodes have something done again for each picture ([`Player::invalidations`]): it costs a look at all nodes a frame.
    pub watch: bool,
}

/// A picture that was drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Drawn {
    /// Its number, from 1.
    pub frame: u64,
    /// When, ms of the frame clock.
    pub now: f64,
    /// A hash of its pixels.
    pub hash: u64,
    /// The hash that was recorded; `None` where nobody knew the pixels.
    pub recorded: Option<u64>,
    /// Commits that the frame took.
    pub commits: u32,
    /// How long drawing took here.
    pub took: Duration,
}

impl Drawn {
    /// True if it is not the recorded picture.
    pub fn differs(&self) -> bool {
        self.recorded.is_some_and(|recorded| recorded != self.hash)
    }
}

/// A thing that the host did, done again.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Played {
    /// When, ms of the frame clock, where that is known.
    pub time: Option<f64>,
    /// The picture, if one was drawn.
    pub drawn: Option<Drawn>,
}

/// Plays the render side of a recording.
pub struct Player {
    app: App,
    feeder: Feeder,
    arrivals: Arc<Mutex<Arrivals>>,
    recording: Arc<Recording>,
    spans: Spans,
    commits: Option<BTreeMap<u64, Vec<u8>>>,
    pixels: Vec<u8>,
    damage: Vec<DeviceRect>,
    hash: Option<u64>,
    frame: u64,
    /// Commits since the last picture.
    taken: u32,
    /// Nothing was done since the last picture.
    rests: bool,
    last: Vec<Commit>,
    unread: u64,
}

/// A hash of a picture: RGBA rows.
pub(crate) fn picture_hash(pixels: &[u8], stride: usize, width: u32, height: u32) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u32(width);
    hasher.write_u32(height);
    for row in pixels.chunks(stride.max(1)).take(height as usize) {
        hasher.write(&row[..row.len().min(width as usize * 4)]);
    }
    // 0 stands for an unknown picture.
    hasher.finish().max(1)
}

struct Quiet;

impl AuditSink for Quiet {
    fn record(&self, _: Record) {}

    fn wants_calls(&self) -> bool {
        false
    }
}

impl Player {
    /// Opens the program of a recording. Nothing of it is played yet.
    ///
    /// # Errors
    /// [`PlayFault`] if it cannot be opened.
    pub fn open(
        recording: Arc<Recording>,
        package: Arc<dyn PackageSource>,
        options: PlayerOptions,
    ) -> Result<Player, PlayFault> {
        let mut spans = recording.spans()?;
        let watched = options.watch.then(BTreeMap::new);
        let arrivals = Arc::new(Mutex::new(Arrivals { watched, ..Arrivals::default() }));
        let opening = spans.next();
        for entry in opening.into_iter().flat_map(|span| span.entries) {
            arrive(&recording, &mut arrivals.lock().unwrap_or_else(PoisonError::into_inner), entry);
        }
        let tap = Tap::Played(arrivals.clone());
        let (app, feeder) = open_app(&recording, package, tap)?;
        Ok(Player {
            app,
            feeder,
            arrivals,
            recording,
            spans,
            commits: options.commits,
            pixels: Vec::new(),
            damage: Vec::new(),
            hash: None,
            frame: 0,
            taken: 0,
            rests: false,
            last: Vec::new(),
            unread: 0,
        })
    }

    /// The app, as it is.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The app, for whoever looks at it by means that change nothing of it.
    pub fn app_mut(&mut self) -> &mut App {
        &mut self.app
    }

    /// The last picture: its size in px, and RGBA row by row.
    pub fn picture(&self) -> ((u32, u32), &[u8]) {
        (self.app.viewport().device_size(), &self.pixels)
    }

    /// Commits that the last picture took.
    pub fn last_commits(&self) -> &[Commit] {
        &self.last
    }

    /// The pixels that were drawn for the last picture; the others are as they were.
    pub fn damage(&self) -> &[DeviceRect] {
        &self.damage
    }

    /// The number of the last picture.
    pub fn frame(&self) -> u64 {
        self.frame
    }

    /// When the next thing was done, ms of the frame clock; `None` where that is not known, and at the end.
    pub fn next_time(&self) -> Option<f64> {
        self.spans.upcoming().and_then(HostCall::time)
    }

    /// Things that were asked for and are not in the recording, and things in it that nobody asked for.
    pub fn strays(&self) -> (u64, u64) {
        (self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).missing, self.unread)
    }

    /// Plays until the next picture was drawn; `None` at the end of the recording.
    ///
    /// # Errors
    /// [`PlayFault`] for a recording that says what cannot be.
    pub fn next_frame(&mut self) -> Result<Option<Drawn>, PlayFault> {
        while let Some(played) = self.step()? {
            if played.drawn.is_some() {
                return Ok(played.drawn);
            }
        }
        Ok(None)
    }

    /// Plays the next thing that the host did. `None` at the end of the recording.
    ///
    /// # Errors
    /// As [`Player::next_frame`].
    pub fn step(&mut self) -> Result<Option<Played>, PlayFault> {
        let Some(Span { call, entries }) = self.spans.next() else { return Ok(None) };
        let Some(call) = call else { return Ok(None) };
        let time = call.time();
        if std::mem::take(&mut self.rests) {
            self.last.clear();
            if let Some(watched) = &mut self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).watched {
                watched.clear();
            }
        }
        let mut recorded = None;
        for entry in entries {
            match entry {
                Entry::Message(message) => self.feeder.message(message),
                Entry::Commit(bytes) => self.commit(&bytes)?,
                Entry::Picture(hash) => recorded = Some(hash).filter(|hash| *hash != 0),
                entry => {
                    let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
                    arrive(&self.recording, &mut arrivals, entry);
                }
            }
        }
        let drawn = self.play(call, recorded);
        // Nobody reads what the page says to script.
        while self.feeder.take().is_some() {}
        while self.app.take_request().is_some() {}
        self.unread += self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(Some(Played { time, drawn }))
    }

    /// What had to be done again for nodes that the last picture shows, if that is kept.
    pub(super) fn watched(&self) -> BTreeMap<u32, Dirty> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).watched.clone().unwrap_or_default()
    }

    fn commit(&mut self, bytes: &[u8]) -> Result<(), PlayFault> {
        let fault = PlayFault::Commit(self.frame + 1);
        let most = self.app.logic().sandbox().budgets().commit_ops.hard;
        let mut commit = Commit::default();
        if wire::commit::read(bytes, most, &mut commit).is_err() {
            return Err(fault);
        }
        let own = self.commits.as_ref().and_then(|commits| commits.get(&commit.sequence));
        let bytes = match own {
            Some(own) => {
                if wire::commit::read(own, most, &mut commit).is_err() {
                    return Err(fault);
                }
                own.as_slice()
            }
            None => bytes,
        };
        // A frame takes at most as many as there are buffers.
        let fed = self.feeder.commit(bytes);
        self.taken += 1;
        self.last.push(commit);
        fed.map(drop).map_err(|_| fault)
    }

    fn play(&mut self, call: HostCall, recorded: Option<u64>) -> Option<Drawn> {
        let app = &mut self.app;
        match call {
            HostCall::Handle { event, now } => drop(app.handle(&event, now)),
            HostCall::Tick { now } => drop(app.tick(now)),
            HostCall::Draw { now, .. } => return Some(self.draw(now, recorded)),
            HostCall::HasDamage { now } => drop(app.has_damage(now)),
            HostCall::ShowNothing { now } => app.show_nothing(now),
            HostCall::Resize { viewport, now } => app.resize(viewport, now),
            HostCall::SafeArea { insets, now } => app.set_safe_area(insets, now),
            HostCall::ShowIn { viewport } => app.show_in(viewport),
            HostCall::Dark(dark) => app.set_dark(dark),
            HostCall::Show => app.show(Default::default()),
            HostCall::Hide => app.hide(),
            HostCall::Update(state) => app.set_update_state(state),
            HostCall::RestyleAll => app.restyle_all(),
            HostCall::Scroll { node, x, y, now } => app.scroll(node, (x, y), now),
            HostCall::Swipe { node, index, now } => drop(app.swipe(node, index as usize, now)),
            HostCall::Supply(tags) => app.supply(&tags.iter().map(String::as_str).collect::<Vec<_>>()),
            HostCall::ShowComponent { node, size, pixels } => {
                // What it refused then it refuses now.
                let _ = app.show_component(node, size.map(|size| (size, pixels)));
            }
            HostCall::Thaw(bytes) => {
                if let Ok(frozen) = Frozen::from_bytes(&bytes) {
                    let _ = app.thaw(frozen);
                }
            }
            HostCall::TellStopped(reason) => app.tell_stopped(&StopReason::Fatal(reason)),
            HostCall::ShowFault(fault) => app.show_fault(fault.map(Arc::new)),
            HostCall::OpenMenu { title, items } => app.open_menu(&title, items),
            HostCall::Control { action, now } => drop(app.control(action, now)),
            HostCall::MemoryWarning(level) => app.warn_of_memory(level),
            HostCall::Invalidate => app.invalidate(),
            HostCall::LayerBudget(bytes) => app.set_layer_budget(usize::try_from(bytes).unwrap_or(usize::MAX)),
            HostCall::DropLayers => app.drop_layers(),
            HostCall::DetachGpu => app.detach_gpu(),
        }
        None
    }

    fn draw(&mut self, now: f64, recorded: Option<u64>) -> Drawn {
        let (width, height) = self.app.viewport().device_size();
        let stride = width as usize * 4;
        let bytes = stride * height as usize;
        if self.pixels.len() != bytes {
            self.pixels.clear();
            self.pixels.resize(bytes, 0);
            self.hash = None;
        }
        let started = Instant::now();
        self.damage.clear();
        self.damage.extend_from_slice(self.app.render_cpu(&mut self.pixels, stride, now));
        let (changed, took) = (!self.damage.is_empty(), started.elapsed());
        let hash = match self.hash.filter(|_| !changed) {
            Some(hash) => hash,
            None => picture_hash(&self.pixels, stride, width, height),
        };
        self.hash = Some(hash);
        self.rests = true;
        self.frame += 1;
        let commits = std::mem::take(&mut self.taken);
        Drawn { frame: self.frame, now, hash, recorded, commits, took }
    }
}

/// Puts what came in where it is asked for.
fn arrive(recording: &Recording, arrivals: &mut Arrivals, entry: Entry) {
    let blobs = &recording.blobs;
    match entry {
        Entry::Faces { poll, question, found } => {
            let face = |(hash, index)| Some(crate::fonts::FoundFace { data: blobs.font(&hash)?, index });
            let found = found.map(|faces| faces.into_iter().filter_map(face).collect());
            arrivals.faces.push_back((poll, (question, found)));
        }
        Entry::Pictures { poll, jobs } => arrivals.pictures.push_back((poll, jobs)),
        Entry::Fetched { url, scale, result } => {
            let lost = || "its bytes are not in the recording".to_owned();
            let result = result.and_then(|(hash, density)| Ok((blobs.get(&hash).ok_or_else(lost)?, density)));
            arrivals.fetched.entry((url, scale)).or_default().push_back(result);
        }
        Entry::Canvas { node, size, pixels } => arrivals.canvases.push_back((node, tap::canvas(size, pixels))),
        Entry::Styles(styles) => arrivals.styles.extend(styles),
        Entry::Orders(orders) => arrivals.orders.extend(orders),
        Entry::Time { wall, value } => arrivals.times.push_back((wall, value)),
        Entry::Clipboard(text) => arrivals.clipboard.push_back(text),
        Entry::Call(_) | Entry::Message(_) | Entry::Commit(_) | Entry::Picture(_) => {}
    }
}

fn open_app(recording: &Recording, package: Arc<dyn PackageSource>, tap: Tap) -> Result<(App, Feeder), PlayFault> {
    let head = recording.head();
    let package: Arc<dyn PackageSource> =
        Arc::new(EncodingCheck::new(WithCompiled::open_with(package, None, |_| {}), |_| {}));
    let fonts = match recording.fonts() {
        Some(fonts) => FontPolicy::Exact(fonts?),
        None => FontPolicy::Author,
    };
    let zone = head.setup.zone.clone();
    let clock = Arc::new(VirtualClock::new(0.0, zone.offset_minutes(0.0)));
    let budgets = head.setup.budgets;
    let mut images = match head.threaded_pictures {
        true => ImageStore::held(Arc::new(NoSource)),
        false => ImageStore::synchronous(Arc::new(NoSource)),
    };
    images.tap(tap.clone());
    images.set_budget(usize::try_from(budgets.image_bytes.soft).unwrap_or(usize::MAX));
    images.set_most(usize::try_from(budgets.image_bytes.hard).unwrap_or(usize::MAX));
    let mut font_loader = FontLoader::nowhere();
    font_loader.tap(tap.clone());
    let worklets = MotionHub::new(MotionConfig {
        engine: head.setup.engine,
        clock: clock.clone(),
        steps: true,
        audit: Arc::new(Quiet),
        wake: Arc::new(|| {}),
    });
    let config = AppConfig {
        package: package.clone(),
        viewport: head.viewport,
        safe_area: head.safe_area,
        chrome: head.chrome,
        dark: head.dark,
        motion: head.motion,
        images,
        caches: SharedCaches::default(),
        canvases: CanvasBoard::default(),
        worklets,
        launch: head.launch.clone(),
        update: head.update,
        thread: ThreadConfig { budgets, ..ThreadConfig::new(Drive::Steps(clock.clone()), Arc::new(|| {})) },
        fonts,
        font_loader,
        clipboard: tap.clipboard(Arc::new(ProcessClipboard::default())),
        clock: tap.clock(clock),
        audit: Arc::new(Quiet),
        figures: SharedFigures::default(),
        system: SystemFigures {
            app_id: app_id(&*package),
            language: head.language.clone(),
            ..SystemFigures::default()
        },
        document: document_limits(&budgets.framework),
        access: AccessControl::default(),
        tap,
    };
    let mut feeder = None;
    let app = App::open(config, |thread| {
        let (handle, other) = fed(thread).map_err(SpawnError::Thread)?;
        feeder = Some(other);
        Ok(handle)
    })?;
    // An app that was opened has started its logic.
    let feeder = feeder.ok_or(FormatError::Missing("logic side"))?;
    Ok((app, feeder))
}
