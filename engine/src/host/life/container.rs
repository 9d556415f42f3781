//! A mini-program by its life.
//!
//! ```text
//!            hide                 5 s                    30 min, or short of memory
//!   Running ------> Background -------> Suspended ----------------------------> Frozen
//!      ^  ^            |  show             |  show                                |  show
//!      |  +------------+-------------------+--------------------------------------+
//!      +-- it broke down: started again, within the policy; beyond it: Stopped
//! ```
//!
//! Behind, a program runs on and draws nothing; suspended, its script stands still and what is sent to it waits; frozen,
//! all of it is gone but for its page stack with what was left in it ([`Frozen`]), which also goes to a file where the
//! host names one. Shown again it is where it was. Time is the host's frame clock alone.

use super::file::FrozenFile;
use super::frozen::{Frozen, FrozenError};
use super::reload::Reloading;
use super::restart::{RestartPolicy, Restarts};
use crate::host::app::{App, AppError};
use crate::host::types::{Handled, HostRequest, Tick, UpdateState};
use crate::interact::InputEvent;
use pellicle_script::bridge::message::{HostCommand, LaunchOptions};
use pellicle_script::bridge::outbox::StopReason;
use std::collections::VecDeque;

/// How often a program in the background is moved on by what moves in its page, ms.
const BACKGROUND_PACE: f64 = 100.0;
/// Events that wait for the host; older ones go.
const MOST_EVENTS: usize = 256;
/// The same of requests.
const MOST_REQUESTS: usize = 4096;
/// From this level of memory pressure on a suspended program is frozen, and from [`CRITICAL`] on one in the background.
const LOW: u32 = 10;
/// See [`LOW`].
const CRITICAL: u32 = 15;

/// When a program goes on to the next state.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LifeTimes {
    /// It is suspended so long after it was hidden, ms.
    pub suspend_after: f64,
    /// It is frozen so long after it was hidden, ms.
    pub freeze_after: f64,
    /// The last picture of a program that is started again stays for so long at most, ms.
    pub restart_wait: f64,
}

impl Default for LifeTimes {
    /// 5 seconds, 30 minutes, 3 seconds.
    fn default() -> Self {
        LifeTimes { suspend_after: 5_000.0, freeze_after: 1_800_000.0, restart_wait: 3_000.0 }
    }
}

/// Where a program is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LifeState {
    /// It is in front.
    Running,
    /// It was hidden a short time ago and runs on.
    Background,
    /// Its script stands still.
    Suspended,
    /// It was ended; its pages are kept.
    Frozen,
    /// It has stopped and is not started again by itself.
    Stopped,
}

/// What happened to a program beyond what its host did.
#[derive(Debug)]
pub enum LifeEvent {
    /// Its script stands still.
    Suspended,
    /// It was ended, and its pages are kept.
    Frozen,
    /// It was started with the pages that it had.
    Thawed,
    /// It broke down and was started again.
    Restarted(StopReason),
    /// It broke down, more often than it is started again.
    GaveUp(StopReason),
    /// Its files had changed and it was started from them ([`Container::reload`]).
    Reloaded,
    /// Its files have changed and cannot be opened. It has stopped, and its last picture stays.
    NotReloaded(AppError),
    /// What was kept of it is of no use: it starts without.
    Lost(FrozenError),
    /// Its file could not be written or taken away.
    NotKept(FrozenError),
}

/// Opens the program with the options of a start: anew whenever it was ended.
pub type Opener = Box<dyn FnMut(LaunchOptions) -> Result<App, AppError>>;

/// How a program lives.
#[derive(Clone, Debug, Default)]
pub struct LifeConfig {
    /// When it goes on to the next state.
    pub times: LifeTimes,
    /// How often it is started again.
    pub restart: RestartPolicy,
    /// Where its pages are kept while it is suspended or frozen, so that they outlive the host's process.
    pub file: Option<FrozenFile>,
}

/// A mini-program by its life.
pub struct Container {
    open: Opener,
    pub(super) config: LifeConfig,
    pub(super) state: LifeState,
    /// The living program.
    pub(super) app: Option<App>,
    /// The one that broke down, which is shown until the living one has its page.
    pub(super) last: Option<App>,
    /// When it makes room at the latest, ms of the frame clock: for a page that has not got everything back, and for anything.
    pub(super) last_until: (f64, f64),
    pub(super) frozen: Option<Frozen>,
    /// It is about to be started from other files.
    pub(super) reloading: Option<Reloading>,
    /// How often that was asked for.
    pub(super) reloads: u32,
    /// What was kept when it was started so last.
    pub(super) before: Option<Frozen>,
    /// When it was hidden, ms of the frame clock.
    hidden: f64,
    /// How it was started.
    pub(super) launch: LaunchOptions,
    pub(super) restarts: Restarts,
    /// The file is there.
    kept: bool,
    /// It runs on in the background: it plays or follows the place.
    awake: bool,
    requests: VecDeque<HostRequest>,
    events: VecDeque<LifeEvent>,
}

impl Container {
    /// Starts a program in front. Without a path in the options it comes with the pages of its file, if there are any.
    ///
    /// # Errors
    /// [`AppError`] if it cannot be opened.
    pub fn open(config: LifeConfig, launch: LaunchOptions, open: Opener) -> Result<Container, AppError> {
        let mut container = Container {
            open,
            config,
            state: LifeState::Stopped,
            app: None,
            last: None,
            last_until: (0.0, 0.0),
            frozen: None,
            reloading: None,
            reloads: 0,
            before: None,
            hidden: 0.0,
            launch: launch.clone(),
            restarts: Restarts::default(),
            kept: false,
            awake: false,
            requests: VecDeque::new(),
            events: VecDeque::new(),
        };
        let read = container.config.file.as_ref().map_or(Ok(None), FrozenFile::read);
        container.kept = !matches!(read, Ok(None));
        // What ends the program that it is given to is not given to it again.
        container.forget_file();
        match read {
            Ok(frozen) => container.frozen = frozen,
            Err(error) => container.event(LifeEvent::Lost(error)),
        }
        container.start(launch)?;
        Ok(container)
    }

    /// Where it is in its life.
    pub fn state(&self) -> LifeState {
        self.state
    }

    /// What is to be shown: the program, or the last picture of the one that broke down; none while it is frozen.
    pub fn app(&self) -> Option<&App> {
        self.last.as_ref().or(self.app.as_ref())
    }

    /// The same, to draw it.
    pub fn app_mut(&mut self) -> Option<&mut App> {
        self.last.as_mut().or(self.app.as_mut())
    }

    /// The program that lives: who runs it in steps asks its logic for them.
    pub fn living(&self) -> Option<&App> {
        self.app.as_ref()
    }

    /// The program, and the one that broke down while its last picture is shown: what their surroundings tell both.
    pub fn apps_mut(&mut self) -> impl Iterator<Item = &mut App> {
        self.app.iter_mut().chain(&mut self.last)
    }

    /// What is kept of it while it is frozen.
    pub fn frozen(&self) -> Option<&Frozen> {
        self.frozen.as_ref()
    }

    /// The next thing that the program asks of the host.
    pub fn take_request(&mut self) -> Option<HostRequest> {
        self.requests.pop_front()
    }

    /// The next thing that happened to it.
    pub fn take_event(&mut self) -> Option<LifeEvent> {
        self.events.pop_front()
    }

    /// While it plays music or follows the user's place it is not suspended, as `requiredBackgroundModes` of its
    /// `app.json` allows; its host knows.
    pub fn keep_awake(&mut self, awake: bool) {
        self.awake = awake;
    }

    /// Takes an input in. A program that is started again takes none before its page is there; of one that has stopped
    /// only what is said over it does ([`App::tell_stopped`]).
    pub fn handle(&mut self, event: &InputEvent, now: f64) -> Handled {
        let takes = matches!(self.state, LifeState::Running | LifeState::Stopped);
        if !takes || self.last.is_some() {
            return Handled::default();
        }
        let handled = self.app.as_mut().map(|app| app.handle(event, now));
        self.collect(now);
        handled.unwrap_or_default()
    }

    /// It goes to the background (`onHide`, then `onSaveExitState` of its pages).
    pub fn hide(&mut self, now: f64) {
        if self.state != LifeState::Running {
            return;
        }
        self.last = None;
        if let Some(app) = &mut self.app {
            app.hide();
        }
        self.hidden = now;
        self.state = LifeState::Background;
    }

    /// It comes to the front (`onShow`): where it was, or where the options name a page, anew on that page, even if it is in front.
    /// One that was ended is started, one that has stopped too.
    ///
    /// # Errors
    /// [`AppError`] if it has to be opened and cannot be; it stays what it is.
    pub fn show(&mut self, options: LaunchOptions, now: f64) -> Result<(), AppError> {
        self.advance(now);
        match self.state {
            LifeState::Running if options.path.is_empty() => return Ok(()),
            LifeState::Frozen | LifeState::Stopped => {
                self.launch = options.clone();
                self.start(options)?;
            }
            LifeState::Running | LifeState::Background | LifeState::Suspended => {
                if let Some(app) = &mut self.app {
                    if self.state == LifeState::Suspended {
                        // A program that has ended hears no more, which the next tick finds.
                        let _ = app.logic().command(HostCommand::Resume);
                    }
                    app.show(options);
                    app.invalidate();
                }
                self.state = LifeState::Running;
            }
        }
        self.forget_file();
        Ok(())
    }

    /// Tells the program that lives what its host knows of a newer version ([`App::set_update_state`]). One that is opened
    /// later is told by who opens it.
    pub fn set_update_state(&mut self, state: UpdateState) {
        if let Some(app) = &mut self.app {
            app.set_update_state(state);
        }
    }

    /// The system is short of memory: 5, 10 or 15, as Android counts. The program is told (`wx.onMemoryWarning`) if its
    /// script runs; one that is suspended is frozen from 10 on, one in the background at 15.
    pub fn warn_of_memory(&mut self, level: u32, now: f64) {
        match self.state {
            LifeState::Suspended if level >= LOW => self.freeze(),
            LifeState::Background if level >= CRITICAL => {
                if let Some(app) = &mut self.app {
                    app.tick(now);
                }
                self.freeze();
            }
            LifeState::Running | LifeState::Background => {
                if let Some(app) = &mut self.app {
                    app.warn_of_memory(level);
                }
            }
            LifeState::Suspended | LifeState::Frozen | LifeState::Stopped => {}
        }
    }

    /// Moves it on to a time of the frame clock (ms).
    pub fn tick(&mut self, now: f64) -> Tick {
        self.advance(now);
        let mut tick = Tick::default();
        match self.state {
            // The picture of one that has stopped stays as large as its surface.
            LifeState::Running | LifeState::Background | LifeState::Stopped => {
                if let Some(app) = &mut self.app {
                    tick = app.tick(now);
                }
                self.collect(now);
                self.advance_reload(now);
            }
            LifeState::Suspended | LifeState::Frozen => {}
        }
        if let Some(due) = self.reload_due() {
            tick.next_wakeup = Some(tick.next_wakeup.map_or(due, |at| at.min(due)));
        }
        if self.last.is_some() {
            self.change_over(now);
            tick.needs_frame |= self.last.is_none();
            tick.next_wakeup = Some(now);
        }
        match self.state {
            LifeState::Running | LifeState::Stopped => tick,
            LifeState::Background => {
                let due = (!self.awake).then_some(self.hidden + self.config.times.suspend_after);
                let own = tick.next_wakeup.map(|at| at.max(now + BACKGROUND_PACE));
                Tick { needs_frame: false, next_wakeup: due.into_iter().chain(own).min_by(f64::total_cmp) }
            }
            LifeState::Suspended => {
                Tick { needs_frame: false, next_wakeup: Some(self.hidden + self.config.times.freeze_after) }
            }
            LifeState::Frozen => Tick::default(),
        }
    }

    /// Goes through the states that are due.
    fn advance(&mut self, now: f64) {
        let behind = now - self.hidden;
        if self.state == LifeState::Background && behind >= self.config.times.suspend_after && !self.awake {
            if let Some(app) = &mut self.app {
                app.tick(now);
            }
            self.collect(now);
            if self.state == LifeState::Background {
                self.suspend();
            }
        }
        if self.state == LifeState::Suspended && behind >= self.config.times.freeze_after {
            self.freeze();
        }
    }

    fn suspend(&mut self) {
        let Some(app) = &mut self.app else { return };
        // A program that has ended needs no rest.
        let _ = app.logic().command(HostCommand::Suspend);
        app.drop_unseen_pictures();
        let frozen = app.freeze();
        self.keep(&frozen);
        self.state = LifeState::Suspended;
        self.event(LifeEvent::Suspended);
    }

    /// Ends the program and keeps its pages.
    fn freeze(&mut self) {
        let Some(app) = self.app.take() else { return };
        let frozen = app.freeze();
        self.keep(&frozen);
        self.frozen = Some(frozen);
        self.state = LifeState::Frozen;
        self.event(LifeEvent::Frozen);
    }

    pub(super) fn start(&mut self, launch: LaunchOptions) -> Result<(), AppError> {
        // Who names a page wants that one.
        let frozen = self.frozen.clone().filter(|frozen| launch.path.is_empty() && !frozen.pages.is_empty());
        let options = frozen.as_ref().map_or_else(|| launch.clone(), |frozen| frozen.launch(launch.clone()));
        let mut app = (self.open)(options)?;
        if let Some(frozen) = frozen {
            match app.thaw(frozen) {
                Ok(()) => self.event(LifeEvent::Thawed),
                Err(error) => {
                    app = (self.open)(launch)?;
                    self.event(LifeEvent::Lost(error));
                }
            }
        }
        self.frozen = None;
        self.app = Some(app);
        self.state = LifeState::Running;
        Ok(())
    }

    /// What the program asks of its host, and its end.
    fn collect(&mut self, now: f64) {
        let mut ended = None;
        while let Some(request) = self.app.as_mut().and_then(App::take_request) {
            match request {
                HostRequest::Stopped(reason) => ended = Some(reason),
                request => self.request(request),
            }
        }
        match ended {
            None => {}
            Some(StopReason::Asked) => {
                self.state = LifeState::Stopped;
                self.request(HostRequest::Stopped(StopReason::Asked));
            }
            Some(reason) => self.broke_down(reason, now),
        }
    }

    /// Its user closes it, and it goes (`onHide`, `onSaveExitState`). Of its pages is kept what the `restartStrategy` of the
    /// one on top asks for.
    pub fn close(mut self, now: f64) {
        self.hide(now);
        if self.state == LifeState::Background
            && let Some(app) = &mut self.app
        {
            app.finish(now);
        }
        let left = match self.state {
            LifeState::Running | LifeState::Stopped => None,
            _ => self.frozen.take().or_else(|| Some(self.app.as_ref()?.freeze())),
        };
        match left.and_then(Frozen::closed) {
            Some(left) => self.keep(&left),
            None => self.forget_file(),
        }
    }

    fn keep(&mut self, frozen: &Frozen) {
        if let Some(file) = &self.config.file {
            match file.write(frozen) {
                Ok(()) => self.kept = true,
                Err(error) => self.event(LifeEvent::NotKept(error)),
            }
        }
    }

    /// A program that runs has moved on from what its file says.
    pub(super) fn forget_file(&mut self) {
        if std::mem::take(&mut self.kept)
            && let Some(Err(error)) = self.config.file.as_ref().map(FrozenFile::remove)
        {
            self.event(LifeEvent::NotKept(error));
        }
    }

    pub(super) fn request(&mut self, request: HostRequest) {
        if self.requests.len() == MOST_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    pub(super) fn event(&mut self, event: LifeEvent) {
        if self.events.len() == MOST_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }
}
