//! A mini-program on its surface.
//!
//! The host hands in input ([`App::handle`]) and time ([`App::tick`]) and asks for pictures. The app owns the
//! handle of the logic thread and everything of the render side; it never waits for script.

use super::calls::EarlyCall;
use super::chrome_view::ChromeView;
pub use super::config::{AppConfig, AppError};
use super::inspecting::Touched;
use super::life::thaw::Thawing;
use super::measuring::Measured;
use super::moving::Moving;
use super::render::Painting;
use super::stage::PageStage;
use super::supplied::Supplied;
use super::surface;
use super::types::{Handled, HostRequest, SafeInsets, Viewport};
use super::updating::Updating;
use crate::canvas::board::CanvasBoard;
use crate::chrome::{ChromeAction, ChromeMetrics, ChromeState, PageBar, PageRank};
use crate::fonts::FontLoader;
use crate::frame::{FrameRecord, FrameStats};
use crate::interact::clipboard::Clipboard;
use crate::interact::outgoing::Outgoing;
use crate::interact::session::Session;
use crate::interact::{InputEvent, Key};
use crate::package::AppManifest;
use crate::replay::{HostCall, Recorder, Tap};
use crate::responders::{Answer, Responders};
use crate::widgets::RouteKind;
use crate::widgets::picker::region::{BuiltInRegions, Regions};
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_layout::document::apply::Applied;
use pellicle_layout::document::{Commit, NodeId, PageEntry};
use pellicle_layout::text::FontBook;
use pellicle_script::bridge::message::{HostCommand, Message, RouteKind as LogicRoute};
use pellicle_script::bridge::queue::Refused;
use pellicle_script::bridge::thread::SpawnError;
use pellicle_script::bridge::thread::{Drive, LogicHandle, ThreadConfig};
use pellicle_script::capability::system::{SharedFigures, SystemFigures};
use pellicle_script::package::{FileFigures, FileWork, with_line};
use pellicle_script::realm::Clock;
use pellicle_script::sandbox::AccessControl;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// A mini-program on its surface.
pub struct App {
    pub(super) manifest: AppManifest,
    pub(super) viewport: Viewport,
    /// What of it the system covers, where the host says.
    pub(super) safe_area: Option<SafeInsets>,
    /// The system is dark.
    pub(super) dark: bool,
    pub(super) logic: LogicHandle,
    pub(super) stage: PageStage,
    pub(super) watches: super::watching::Watches,
    pub(super) sessions: FxHashMap<u32, Session>,
    pub(super) clipboard: Arc<dyn Clipboard>,
    pub(super) chrome: ChromeState,
    pub(super) chrome_drawn: bool,
    pub(super) chrome_view: Option<ChromeView>,
    pub(super) metrics: ChromeMetrics,
    pub(super) figures: SharedFigures,
    pub(super) system: SystemFigures,
    pub(super) requests: VecDeque<HostRequest>,
    /// How the screen was asked for last.
    pub(super) orientation: String,
    pub(super) stats: FrameStats,
    pub(super) record: FrameRecord,
    pub(super) frame: u64,
    pub(super) measured: Measured,
    pub(super) out: Vec<Outgoing>,
    pub(super) commits: Vec<Commit>,
    pub(super) applied: Applied,
    pub(super) stopped: bool,
    pub(super) picture_dirty: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) painter: Painting,
    pub(super) canvases: CanvasBoard,
    pub(super) moving: Moving,
    pub(super) supplied: Supplied,
    pub(super) fonts: FontLoader,
    pub(super) motion: bool,
    /// The page that was on top last.
    pub(super) shown_page: Option<PageEntry>,
    /// Commits applied since the start.
    pub(super) commits_applied: u64,
    pub(super) pressed_chrome: Option<(NodeId, ChromeAction)>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) access: AccessControl,
    /// Height of the soft keyboard, logical px.
    pub(super) keyboard: f32,
    /// How far the page is moved up for it, logical px.
    pub(super) lift: f32,
    /// What pickers of regions choose from.
    pub(super) regions: Arc<dyn Regions>,
    /// Calls for pages whose commit is still on its way.
    pub(super) early_calls: VecDeque<EarlyCall>,
    /// The newest page that there has been.
    pub(super) newest_page: Option<u32>,
    /// What pages are still to get back of an earlier run.
    pub(super) thawing: Thawing,
    /// What it knows of a newer version.
    pub(super) updating: Updating,
    /// What is done with things that come in.
    pub(super) tap: Tap,
    /// Calls of the host that are under way, one inside of the other.
    pub(super) calls: u32,
    /// Nodes that changed, while an inspector wants to know.
    pub(super) touched: Option<Touched>,
}

impl App {
    /// Opens a mini-program. `start` starts its logic.
    ///
    /// # Errors
    /// [`AppError`] if there is nothing to show. What goes wrong later is told by requests.
    pub fn open(
        config: AppConfig,
        start: impl FnOnce(ThreadConfig) -> Result<LogicHandle, SpawnError>,
    ) -> Result<App, AppError> {
        let mut diagnostics = Vec::new();
        let manifest = match AppManifest::read(&*config.package, config.dark, &mut diagnostics) {
            Some(manifest) if !manifest.pages.is_empty() => manifest,
            _ => return Err(AppError::Manifest(diagnostics)),
        };
        let theme = manifest.dark_mode.then_some(config.dark);
        let mut chrome = ChromeState::default();
        chrome.set_dark(theme == Some(true));
        let metrics = surface::metrics(config.safe_area, config.viewport);
        if config.chrome {
            chrome.set_tab_bar(manifest.tab_bar.as_ref());
            let path = if config.launch.path.is_empty() { &manifest.entry } else { &config.launch.path };
            chrome.show_bar(&PageBar::new(&manifest.window), rank(&manifest, path, 0));
        }
        let area = surface::page_area(config.viewport, &metrics, &chrome);
        let of_page = surface::of_page(config.safe_area, config.viewport, area, config.dark);
        let responders = Responders::new(config.package.clone(), config.clock.clone(), config.audit);
        let fonts = FontBook::new(config.fonts.clone())?;
        let mut stage = PageStage::new(config.package.clone(), fonts, of_page, responders, config.document);
        stage.document.plain_components = !config.motion;
        stage.share_sheets(config.caches.sheets().clone());
        stage.set_most_rules(config.thread.budgets.style_rules.hard);
        stage.set_dark_components(theme == Some(true));
        stage.motion_mut().set_enabled(config.motion);
        let chrome_view = match config.chrome {
            true => Some(ChromeView::new(config.package.clone(), FontBook::new(config.fonts)?)),
            false => None,
        };
        config.figures.set(surface::figures(&config.system, config.viewport, area, &metrics, theme));
        let mut painter = Painting::new(config.images, config.caches, &config.thread.budgets);
        painter.images.set_scale(config.viewport.scale);
        // What is measured is no part of what happens: its readings pass no tap.
        let free = match &config.thread.drive {
            Drive::Free(clock) => Some(clock.clone()),
            Drive::Steps(_) => None,
        };
        let logic = start(config.thread)?;
        // Script that asks as it starts shall not hear of what was before. A thread that ended at once says so in its outbox.
        let updating = Updating::told(&logic, config.update);
        let _ = logic.command(HostCommand::Launch(config.launch));
        Ok(App {
            manifest,
            viewport: config.viewport,
            safe_area: config.safe_area,
            dark: config.dark,
            logic,
            stage,
            watches: Default::default(),
            sessions: FxHashMap::default(),
            clipboard: config.clipboard,
            chrome,
            chrome_drawn: config.chrome,
            chrome_view,
            metrics,
            figures: config.figures,
            system: config.system,
            requests: VecDeque::new(),
            orientation: "portrait".to_owned(),
            stats: FrameStats::default(),
            record: FrameRecord::default(),
            frame: 0,
            measured: Measured::new(free),
            out: Vec::new(),
            commits: Vec::new(),
            applied: Applied::default(),
            stopped: false,
            picture_dirty: true,
            diagnostics,
            painter,
            canvases: config.canvases,
            moving: Moving::new(config.worklets),
            supplied: Supplied::default(),
            fonts: config.font_loader,
            motion: config.motion,
            shown_page: None,
            commits_applied: 0,
            pressed_chrome: None,
            clock: config.clock.clone(),
            access: config.access,
            keyboard: 0.0,
            lift: 0.0,
            regions: Arc::new(BuiltInRegions),
            early_calls: VecDeque::new(),
            newest_page: None,
            thawing: Thawing::default(),
            updating,
            tap: config.tap,
            calls: 0,
            touched: None,
        })
    }

    /// What `app.json` says.
    pub fn manifest(&self) -> &AppManifest {
        &self.manifest
    }

    /// The pages.
    pub fn stage(&self) -> &PageStage {
        &self.stage
    }

    /// The pages, for tools.
    pub fn stage_mut(&mut self) -> &mut PageStage {
        &mut self.stage
    }

    /// The logic thread, for tools.
    pub fn logic(&self) -> &LogicHandle {
        &self.logic
    }

    /// The user's dealings with the page on top.
    pub fn session(&self) -> Option<&Session> {
        self.sessions.get(&self.stage.document.top_page()?.page)
    }

    /// What the user has selected of the page's text, for a host that offers to copy it.
    pub fn selected_text(&self) -> Option<String> {
        self.session()?.copied_text(&self.stage)
    }

    /// Times of the last frames.
    pub fn frame_stats(&self) -> &FrameStats {
        &self.stats
    }

    /// Times of the last frames, to clear them.
    pub fn frame_stats_mut(&mut self) -> &mut FrameStats {
        &mut self.stats
    }

    /// The next thing that the mini-program asks of the host.
    pub fn take_request(&mut self) -> Option<HostRequest> {
        self.requests.pop_front()
    }

    /// What was found in the program's files since the last call.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        let mut all = std::mem::take(&mut self.diagnostics);
        all.append(&mut self.stage.take_diagnostics());
        all.append(&mut self.fonts.take_diagnostics());
        all.into_iter().map(|found| with_line(self.stage.package(), found)).collect()
    }

    /// What was made of the program's files so far; of scripts and templates only where script runs on a thread.
    pub fn file_work(&self) -> Option<FileFigures> {
        self.stage.package().work().map(FileWork::figures)
    }

    /// Commits applied since the start.
    pub fn commits_applied(&self) -> u64 {
        self.commits_applied
    }

    /// True once the logic thread has ended.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The surface.
    pub fn viewport(&self) -> Viewport {
        self.viewport
    }

    /// Everything is styled, laid out and drawn again at the next tick: for measuring.
    pub fn restyle_all(&mut self) {
        self.called(|| HostCall::RestyleAll);
        self.stage.mark_all();
        self.painter.list_dirty = true;
        self.picture_dirty = true;
        self.came_back();
    }

    /// True if the picture has changed since it was drawn.
    pub fn needs_frame(&self) -> bool {
        self.is_dirty() || self.measured.hud.as_ref().is_some_and(|hud| hud.is_dirty())
    }

    /// True if the page or its bars may look different.
    pub(super) fn is_dirty(&self) -> bool {
        self.picture_dirty || !self.painter.pending.is_empty()
    }

    /// Takes an input in. Positions are those of the surface; `now` is the frame clock, ms.
    pub fn handle(&mut self, event: &InputEvent, now: f64) -> Handled {
        self.called(|| HostCall::Handle { event: event.clone(), now });
        let started = std::time::Instant::now();
        let input = self.begin_input(event, started, now);
        let handled = self.route_input(event, now);
        self.end_input(event, input, started);
        self.came_back();
        handled
    }

    /// What records it, if it is recorded.
    pub fn recorder(&self) -> Option<&Recorder> {
        self.tap.recorder()
    }

    /// The host does something; what it does by that is no call of its own.
    pub(super) fn called(&mut self, call: impl FnOnce() -> HostCall) {
        if self.calls == 0
            && let Some(recorder) = self.tap.recorder()
        {
            recorder.call(call());
        }
        self.calls += 1;
    }

    /// What it did is done.
    pub(super) fn came_back(&mut self) {
        self.calls -= 1;
        if self.calls == 0
            && let Some(recorder) = self.tap.recorder()
        {
            recorder.flush();
        }
    }

    fn route_input(&mut self, event: &InputEvent, now: f64) -> Handled {
        if let InputEvent::Key { key: Key::Back, .. } = event {
            self.back(now);
            return Handled { taken: true };
        }
        if let InputEvent::PointerDown { y, .. } = *event
            && self.chrome_view.is_some()
            && y < self.metrics.status_bar
        {
            self.with_page(None, |session, stage, out| session.back_to_top(stage, now, out));
        }
        if self.chrome_input(event, now) {
            return Handled { taken: true };
        }
        if let InputEvent::KeyboardHeight(height) = *event {
            self.keyboard_height(height);
        }
        let area = self.page_area();
        let moved = translated(event, area.x, area.y);
        let Some(page) = self.stage.document.top_page() else { return Handled::default() };
        // What is hit is what was drawn last, but of this page.
        if self.painter.list_page != Some(page.page) {
            self.build_lists(now);
        }
        let Some(session) = self.sessions.get_mut(&page.page) else { return Handled::default() };
        self.thawing.touched(page.page, event);
        let mut out = std::mem::take(&mut self.out);
        session.handle(&mut self.stage, &moved, now, &mut out);
        self.out = out;
        self.flush(now);
        Handled { taken: true }
    }

    /// Sends on what functions of wxs asked, and shows what they did.
    pub(super) fn answered(&mut self, answer: Answer) {
        for response in answer.responses {
            // A thread that has stopped, or does not read, hears no more.
            let _ = self.logic.command(HostCommand::Respond(response));
        }
        self.picture_dirty |= answer.ran;
    }

    /// Sends what interaction collected. A refused event is lost: the mailbox counts it.
    pub(super) fn flush(&mut self, now: f64) {
        let page = self.stage.document.top_page().map_or(0, |p| p.page);
        let mut out = std::mem::take(&mut self.out);
        for outgoing in out.drain(..) {
            let _ = match outgoing {
                Outgoing::Event { mut message, class } => {
                    // Those of touches have been answered; of the others, some may be for functions of wxs.
                    let answer = self.stage.answer(&mut message, now);
                    self.answered(answer);
                    if message.steps.is_empty() {
                        Ok(())
                    } else {
                        self.record.events += 1;
                        self.logic.event(message, class)
                    }
                }
                Outgoing::Answered => {
                    self.picture_dirty = true;
                    Ok(())
                }
                Outgoing::Worklet(event) => {
                    self.moving.tell(event);
                    Ok(())
                }
                Outgoing::Respond(response) => self.logic.command(HostCommand::Respond(response)),
                Outgoing::Route { kind, url, events } => {
                    let kind = match kind {
                        RouteKind::NavigateTo => LogicRoute::NavigateTo,
                        RouteKind::RedirectTo => LogicRoute::RedirectTo,
                        RouteKind::SwitchTab => LogicRoute::SwitchTab,
                        RouteKind::ReLaunch => LogicRoute::ReLaunch,
                    };
                    self.logic.command(HostCommand::Route { kind, url, events })
                }
                Outgoing::ShowItems(items) => {
                    let node = items.node;
                    let sent = self.logic.send(Message::ShowItems(items));
                    if sent == Err(Refused::Full) {
                        self.with_page(None, |session, _, _| session.refuse_items(node));
                    }
                    sent
                }
                Outgoing::Back { delta } => self.logic.command(HostCommand::NavigateBack { delta }),
                Outgoing::PageScroll(scroll_top) => self.logic.command(HostCommand::PageScroll { page, scroll_top }),
                Outgoing::ReachBottom => self.logic.command(HostCommand::ReachBottom { page }),
                Outgoing::PullDownRefresh => self.logic.command(HostCommand::PullDownRefresh { page }),
                Outgoing::Exit => {
                    self.requests.push_back(HostRequest::Exit);
                    Ok(())
                }
                Outgoing::Open { kind, .. } => {
                    self.requests.push_back(HostRequest::Open(kind));
                    Ok(())
                }
                Outgoing::Pick(node) => {
                    self.open_picker(node);
                    Ok(())
                }
                Outgoing::PictureMenu(node) => {
                    if let Some(url) = self.stage.pictures().url(node) {
                        self.chrome.open_picture_menu(url.to_string());
                        self.picture_dirty = true;
                    }
                    Ok(())
                }
                Outgoing::Moved(node) => {
                    self.moved(node);
                    Ok(())
                }
                Outgoing::Looks => {
                    self.picture_dirty = true;
                    self.painter.list_dirty = true;
                    Ok(())
                }
                Outgoing::Caret => {
                    self.picture_dirty = true;
                    self.painter.list_dirty = true;
                    self.make_room();
                    let area = self.caret_area();
                    self.requests.push_back(HostRequest::TextInput(area));
                    Ok(())
                }
            };
        }
        self.out = out;
    }

    /// The title that a window should have.
    pub fn title(&self) -> &str {
        let top = self.stage.document.top_page();
        top.and_then(|top| self.chrome.bar(top.page)).map_or("", |bar| &bar.title)
    }
}

/// Where the page of a path stands among the others.
pub(super) fn rank(manifest: &AppManifest, path: &str, depth: u32) -> PageRank {
    PageRank { depth, tab: manifest.tab_index(path).map(|i| i as u32), entry: path == manifest.entry }
}

/// An input with its place counted from another origin.
fn translated(event: &InputEvent, by_x: f32, by_y: f32) -> InputEvent {
    let mut event = event.clone();
    match &mut event {
        InputEvent::PointerDown { x, y, .. }
        | InputEvent::PointerMove { x, y, .. }
        | InputEvent::PointerUp { x, y, .. }
        | InputEvent::Wheel { x, y, .. } => {
            *x -= by_x;
            *y -= by_y;
        }
        _ => {}
    }
    event
}
