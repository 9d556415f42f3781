//! The mini-program of a window by its life: it goes to the background with the window that is put away, comes back with it,
//! and is started again when it has broken down.

use super::memory;
use super::window::{Runner, ShellError, WindowHandle};
use crate::chrome::Fault;
use crate::host::app::{App, AppError};
use crate::host::life::container::{LifeEvent, LifeState, Opener};
use crate::host::types::{SafeInsets, Tick, UpdateState, Viewport};
use crate::interact::InputEvent;
use crate::tools::output;
use pellicle_script::bridge::message::{HostCommand, LaunchOptions};
use pellicle_script::bridge::outbox::StopReason;
use pellicle_script::package::PackageSource;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use winit::dpi::LogicalSize;

/// How often it is looked at whether memory runs short, ms: while frames are made anyway, and of a window that is put away
/// always.
const MEMORY_PACE: f64 = 10_000.0;
/// From a change of the focus to the first look at the window, ms. Each further one takes twice as long.
const FIRST_LOOK: f64 = 100.0;
/// The longest of these times, ms.
const LAST_LOOK: f64 = 400.0;

/// The mini-program of a window.
pub trait WindowProgram {
    /// Opens it, given what reaches the window from other threads: at once, and whenever it was ended and is to be there again.
    ///
    /// # Errors
    /// [`AppError`] if there is nothing to show.
    fn open(&mut self, window: WindowHandle, viewport: Viewport, launch: LaunchOptions) -> Result<App, AppError>;

    /// What is known of a newer version: asked for whenever the window is woken.
    fn update_state(&self) -> UpdateState {
        UpdateState::Current
    }

    /// What has changed in its files, for a tool that watches them: asked for before each tick.
    fn change(&mut self) -> Option<FilesChange> {
        None
    }

    /// What is to be said over it of its files, if that is not what it was when this was asked for last.
    fn fault(&mut self) -> Option<Option<Arc<Fault>>> {
        None
    }

    /// Something has happened to it.
    fn heard(&mut self, _event: &LifeEvent) {}

    /// Title and items of the menu that the capsule opens, and F1.
    fn menu(&mut self) -> Option<(String, Vec<String>)> {
        None
    }

    /// An item of the menu was chosen.
    fn chosen(&mut self, _item: u32) -> Chosen {
        Chosen::default()
    }

    /// Lets tools that are attached to the program do their work, after each tick. True if it is to be ticked again soon.
    fn attend(&mut self, app: Option<&mut App>, now: f64) -> bool {
        let _ = (app, now);
        false
    }

    /// True if a tool takes an input for itself.
    fn takes_input(&mut self, app: Option<&mut App>, event: &InputEvent, now: f64) -> bool {
        let _ = (app, event, now);
        false
    }

    /// The program wants to run in the newer version that is ready: that one is to be opened from now on. True if it is.
    fn apply_update(&mut self) -> bool {
        false
    }
}

/// How files of a program have changed while it runs.
pub enum FilesChange {
    /// Style sheets only: these are the files now.
    Styles(Arc<dyn PackageSource>),
    /// Anything else: it is opened from other files from now on.
    Program {
        /// Something went wrong since it was started.
        broken: bool,
    },
}

/// What an item of a menu does to the window.
#[derive(Debug, Default)]
pub struct Chosen {
    /// It is so large, logical px.
    pub size: Option<(f32, f32)>,
    /// So much of it is covered.
    pub safe_area: Option<SafeInsets>,
    /// The program is told this.
    pub command: Option<HostCommand>,
    /// It is dark, or light, whatever the system is.
    pub dark: Option<bool>,
    /// Figures of the last frames are shown, or hidden again.
    pub hud: bool,
    /// The menu stays open, with its items as they are now.
    pub stays: bool,
}

/// What a window makes of its program, which may be opened several times.
pub(super) struct Fitting {
    viewport: Cell<Viewport>,
    dark: Cell<Option<bool>>,
    hud: Cell<bool>,
    interval: Cell<f64>,
}

impl Fitting {
    pub fn new(viewport: Viewport, hud: bool, interval: f64) -> Rc<Fitting> {
        let (viewport, dark) = (Cell::new(viewport), Cell::new(None));
        Rc::new(Fitting { viewport, dark, hud: Cell::new(hud), interval: Cell::new(interval) })
    }

    pub fn set_viewport(&self, viewport: Viewport) {
        self.viewport.set(viewport);
    }

    pub fn set_dark(&self, dark: bool) {
        self.dark.set(Some(dark));
    }

    pub fn set_interval(&self, interval: f64) {
        self.interval.set(interval);
    }

    pub fn toggle_hud(&self) {
        self.hud.set(!self.hud.get());
    }

    /// Makes an app as the window is.
    pub fn fit(&self, app: &mut App) {
        if let Some(dark) = self.dark.get() {
            app.set_dark(dark);
        }
        if let Err(error) = app.set_hud(self.hud.get()) {
            output::note(format_args!("no figures: {error}"));
        }
        app.set_refresh_interval(self.interval.get());
    }

    /// Opens the program as the window is then.
    pub fn opener(self: &Rc<Fitting>, handle: WindowHandle, program: Rc<RefCell<dyn WindowProgram>>) -> Opener {
        let fitting = self.clone();
        Box::new(move |launch| {
            let mut app = program.borrow_mut().open(handle.clone(), fitting.viewport.get(), launch)?;
            fitting.fit(&mut app);
            Ok(app)
        })
    }
}

/// When a window is looked at whether it is put away: a few times after its focus has changed, since not every window
/// system tells.
#[derive(Default)]
pub(super) struct Looks {
    /// When, ms, and how long that was waited for.
    next: Option<(f64, f64)>,
}

impl Looks {
    pub fn begin(&mut self, now: f64) {
        self.next = Some((now + FIRST_LOOK, FIRST_LOOK));
    }

    pub fn next(&self) -> Option<f64> {
        self.next.map(|(at, _)| at)
    }

    /// True if it is time for a look.
    pub fn is_due(&mut self, now: f64) -> bool {
        let Some((_, pause)) = self.next.filter(|(at, _)| *at <= now) else { return false };
        let pause = pause * 2.0;
        self.next = (pause <= LAST_LOOK).then_some((now + pause, pause));
        true
    }
}

impl Runner {
    /// Looks whether the window is put away. Its program goes to the background with it, and comes to the front again.
    pub(super) fn look(&mut self) {
        let Some(window) = &self.window else { return };
        // A window without a size is one that was put away. Its size is not asked for: somebody may just have destroyed it,
        // and winit panics then. On macOS the whole program can be hidden.
        let away = self.empty
            || window.is_minimized() == Some(true)
            || (cfg!(target_os = "macos") && window.is_visible() == Some(false));
        if std::mem::replace(&mut self.away, away) == away {
            return;
        }
        self.scheduler.set_visible(!self.covered && !away);
        let now = self.now();
        if away {
            self.life.hide(now);
        } else if self.life.state() != LifeState::Stopped {
            let launch = LaunchOptions { scene: self.options.launch.scene, ..LaunchOptions::default() };
            if let Err(error) = self.life.show(launch, now) {
                output::note(format_args!("the mini-program cannot be opened again: {error}"));
            }
        }
        self.scheduler.wake();
    }

    /// True if there is a page to be seen.
    pub(super) fn has_page(&self) -> bool {
        self.life.app().is_some_and(|app| app.stage().document.top_page().is_some())
    }

    /// The program has stopped for good: its user is told why and may start it again.
    pub(super) fn stopped(&mut self, reason: &StopReason) {
        output::note(format_args!("the mini-program has stopped: {reason}"));
        if let Some(app) = self.life.app_mut() {
            app.tell_stopped(reason);
        }
        self.scheduler.wake();
    }

    /// Starts a program that has stopped as it was started first.
    pub(super) fn start_again(&mut self) -> Result<(), ShellError> {
        let now = self.now();
        self.life.show(self.options.launch.clone(), now)?;
        self.scheduler.invalidate();
        self.scheduler.wake();
        Ok(())
    }

    /// Starts the newer version in place of the one that runs, as that was started first.
    pub(super) fn apply_update(&mut self) -> Result<(), ShellError> {
        if !self.program.borrow_mut().apply_update() {
            return Ok(());
        }
        let now = self.now();
        self.life.restart(self.options.launch.clone(), now)?;
        self.scheduler.invalidate();
        self.scheduler.wake();
        Ok(())
    }

    /// Brings the program in step with its files, and says what is wrong with them.
    pub(super) fn follow_files(&mut self, now: f64) {
        let change = self.program.borrow_mut().change();
        match change {
            Some(FilesChange::Styles(files)) => {
                self.life.apps_mut().for_each(|app| app.reload_styles(files.clone()));
            }
            Some(FilesChange::Program { broken }) => self.life.reload(broken, now),
            None => {}
        }
        let fault = self.program.borrow_mut().fault();
        if let Some(fault) = fault {
            self.life.apps_mut().for_each(|app| app.show_fault(fault.clone()));
        }
    }

    /// Opens the program's menu, if it has one.
    pub(super) fn open_menu(&mut self) {
        let menu = self.program.borrow_mut().menu();
        if let (Some((title, items)), Some(app)) = (menu, self.life.app_mut()) {
            app.open_menu(&title, items);
            self.scheduler.wake();
        }
    }

    /// Does what an item of the menu does.
    pub(super) fn chosen(&mut self, item: u32) {
        let Chosen { size, safe_area, command, dark, hud, stays } = self.program.borrow_mut().chosen(item);
        if let (Some((width, height)), Some(window)) = (size, &self.window)
            && let Some(size) = window.request_inner_size(LogicalSize::new(width, height))
        {
            // Where the window system does so at once it does not tell.
            self.resized(Some(size));
        }
        if let Some(insets) = safe_area {
            let now = self.now();
            self.life.apps_mut().for_each(|app| app.set_safe_area(insets, now));
        }
        if let (Some(command), Some(app)) = (command, self.life.living()) {
            // One that has ended hears no more.
            let _ = app.logic().command(command);
        }
        if let Some(dark) = dark {
            self.options.follow_theme = false;
            self.fitting.set_dark(dark);
            self.life.apps_mut().for_each(|app| self.fitting.fit(app));
        }
        if hud {
            self.toggle_hud();
        }
        if stays {
            self.open_menu();
        }
        self.scheduler.wake();
    }

    /// Says what has happened to the program beyond what its user did.
    pub(super) fn tell_of_life(&mut self) {
        while let Some(event) = self.life.take_event() {
            self.program.borrow_mut().heard(&event);
            match event {
                LifeEvent::Restarted(reason) => {
                    output::note(format_args!("the mini-program has stopped and is started again: {reason}"));
                }
                LifeEvent::Lost(error) => output::note(format_args!("the mini-program starts anew: {error}")),
                LifeEvent::NotKept(error) => {
                    output::note(format_args!("the pages of the mini-program are not kept: {error}"));
                }
                LifeEvent::NotReloaded(error) => {
                    output::note(format_args!("the mini-program cannot be opened again: {error}"));
                    // Its last picture is there to be drawn as it was.
                    self.scheduler.wake();
                }
                LifeEvent::Reloaded => self.life.apps_mut().for_each(|app| self.fitting.fit(app)),
                // Who gave up has been told by the request of the same turn.
                LifeEvent::Suspended | LifeEvent::Frozen | LifeEvent::Thawed | LifeEvent::GaveUp(_) => {}
            }
        }
    }

    /// Tells the program when memory runs short, and ends it if it is put away. Gives when it is moved on next.
    pub(super) fn look_at_memory(&mut self, now: f64, mut tick: Tick) -> Tick {
        let hidden = matches!(self.life.state(), LifeState::Background | LifeState::Suspended);
        if now - self.memory_looked >= MEMORY_PACE {
            self.memory_looked = now;
            let level = memory::level().unwrap_or(0);
            let rises = level > std::mem::replace(&mut self.memory_level, level);
            if rises || (hidden && level > 0) {
                self.life.warn_of_memory(level, now);
            }
        }
        if matches!(self.life.state(), LifeState::Background | LifeState::Suspended) && memory::is_known() {
            let next = self.memory_looked + MEMORY_PACE;
            tick.next_wakeup = Some(tick.next_wakeup.map_or(next, |at| at.min(next)));
        }
        tick
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_looked_at_three_times_and_rests_then() {
        let mut looks = Looks::default();
        assert!(!looks.is_due(1e9));
        looks.begin(1000.0);
        assert!(!looks.is_due(1099.0));
        let mut times = Vec::new();
        while let Some(at) = looks.next() {
            assert!(looks.is_due(at));
            times.push(at);
        }
        assert_eq!(times, [1100.0, 1300.0, 1700.0]);
    }
}
