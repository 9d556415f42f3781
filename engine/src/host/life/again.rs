//! Starting a program again: because it broke down, or because its host has another one to run in its place. The last picture
//! stays until the new one has its page.

use super::container::{Container, LifeEvent, LifeState};
use super::frozen::Frozen;
use crate::host::app::{App, AppError};
use crate::host::types::HostRequest;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::outbox::StopReason;

impl Container {
    /// Ends the program and starts it anew, which is how a newer version comes to run: its opener opens that one from now on.
    /// It goes (`onHide`) and nothing of its pages is kept; its last picture stays until the page of the new one is there. One that
    /// is not in front is started when it is shown.
    ///
    /// # Errors
    /// [`AppError`] if it cannot be opened. It has stopped then, and its last picture stays.
    pub fn restart(&mut self, launch: LaunchOptions, now: f64) -> Result<(), AppError> {
        self.frozen = None;
        self.launch = launch.clone();
        self.exchange(launch, now, self.config.times.restart_wait)
    }

    /// The same, with what is kept of its pages. Once a page is there, the last picture stays no longer than
    /// this for what that page has not got back yet, ms.
    pub(super) fn exchange(&mut self, launch: LaunchOptions, now: f64, wait: f64) -> Result<(), AppError> {
        self.reloading = None;
        if let Some(app) = self.app.as_mut().filter(|_| self.state != LifeState::Stopped) {
            if self.state == LifeState::Running {
                app.hide();
            }
            app.finish(now);
        }
        let app = self.app.take();
        self.forget_file();
        if matches!(self.state, LifeState::Background | LifeState::Suspended | LifeState::Frozen) {
            self.state = LifeState::Frozen;
            return Ok(());
        }
        let started = self.start(launch);
        match (app, &started) {
            (Some(app), Ok(())) => {
                self.last = self.last.take().or(Some(app));
                self.stays_until(now, wait);
            }
            (Some(mut app), Err(_)) => {
                // That it has come to its end is told by the error.
                while let Some(request) = app.take_request() {
                    if !matches!(request, HostRequest::Stopped(_)) {
                        self.request(request);
                    }
                }
                self.state = LifeState::Stopped;
                self.stay(app);
            }
            (None, _) => {}
        }
        started
    }

    pub(super) fn broke_down(&mut self, reason: StopReason, now: f64) {
        let Some(app) = self.app.take() else { return };
        // What cannot be started cannot be started again.
        let hopeless = matches!(reason, StopReason::Start(_));
        if hopeless || !self.restarts.one_more(&self.config.restart, now) {
            self.stay(app);
            return self.give_up(reason);
        }
        // One that broke down before its pages were there has none to come back to.
        self.frozen = self.config.restart.keep_page.then(|| Frozen { restart: None, ..app.freeze() });
        if self.state == LifeState::Background {
            self.state = LifeState::Frozen;
            return self.event(LifeEvent::Restarted(reason));
        }
        let launch = LaunchOptions {
            path: String::new(),
            query: Vec::new(),
            scene: self.launch.scene,
            referrer_info: self.launch.referrer_info.clone(),
            ..LaunchOptions::default()
        };
        match self.start(launch) {
            Ok(()) => {
                self.last = self.last.take().or(Some(app));
                self.stays_until(now, self.config.times.restart_wait);
                self.event(LifeEvent::Restarted(reason));
            }
            Err(error) => {
                self.stay(app);
                self.give_up(StopReason::Start(error.to_string()));
            }
        }
    }

    /// When the last picture makes room at the latest: for a page that has not got everything back, and for anything.
    fn stays_until(&mut self, now: f64, wait: f64) {
        let most = self.config.times.restart_wait;
        self.last_until = (now + wait.min(most), now + most);
    }

    /// The last picture stays: that of the program that broke down, or of the one before if it has shown none.
    fn stay(&mut self, app: App) {
        let last = self.last.take().filter(|_| app.stage().document.top_page().is_none());
        self.app = last.or(Some(app));
    }

    fn give_up(&mut self, reason: StopReason) {
        self.state = LifeState::Stopped;
        self.request(HostRequest::Stopped(reason.clone()));
        self.event(LifeEvent::GaveUp(reason));
    }

    /// The living program is shown when its page is there as it was, or enough time has passed.
    pub(super) fn change_over(&mut self, now: f64) {
        let (unfinished, late) = self.last_until;
        let there = |app: &App| app.stage().document.top_page().is_some() && (!app.is_thawing() || now >= unfinished);
        if now >= late || self.app.as_ref().is_some_and(there) {
            self.last = None;
            if let Some(app) = &mut self.app {
                app.invalidate();
            }
        }
    }
}
