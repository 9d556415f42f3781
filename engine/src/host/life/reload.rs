//! Starting a program again because its files have changed, while its author works on it. Its pages come back as they were: their
//! stack with queries, what of their data is not as the files have it, how far they are scrolled, and what was typed and chosen.

use super::container::{Container, LifeEvent, LifeState};
use super::frozen::{Frozen, FrozenPage};
use crate::host::app::App;
use pellicle_script::bridge::message::{HostCommand, LaunchOptions};
use pellicle_script::package::PackageSource;
use serde_json::Value;
use std::sync::Arc;

/// How long a program is waited for that is to write down its data, ms of the frame clock. One that is busy comes back without.
const PATIENCE: f64 = 150.0;

/// How long the last picture stays at most, ms of the frame clock: what pages had and their files have no place for is not waited for.
const LAST_PICTURE: f64 = 100.0;

/// A program that is about to be started again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reloading {
    /// The number that its data is written down with.
    token: u32,
    /// When it is started without, ms of the frame clock.
    until: f64,
    /// Something went wrong in it: what is missing now is as it was before.
    broken: bool,
}

impl App {
    /// The program's style sheets have changed: all are read again, from these files, and everything is restyled. Script, data and
    /// all that was done in the pages stay what they are.
    pub fn reload_styles(&mut self, package: Arc<dyn PackageSource>) {
        self.stage.reload_sheets(package);
        self.painter.list_dirty = true;
        self.picture_dirty = true;
    }
}

impl Container {
    /// The program's files have changed: it is started again from those that its opener opens from now on, with its pages as
    /// they were, and its last picture stays until they are there. That happens in one of the next ticks, since its script is asked
    /// for the data first; what comes of it is a [`LifeEvent`]. With `broken`, something went wrong in the run that
    /// ends now, so that pages may have lost what they had: they get it from the run before.
    pub fn reload(&mut self, broken: bool, now: f64) {
        let before = self.reloading.take();
        let broken = broken || before.is_some_and(|before| before.broken);
        self.reloads = self.reloads.wrapping_add(1);
        let token = self.reloads;
        match self.state {
            LifeState::Running | LifeState::Background => {
                if let Some(app) = &self.app {
                    // One that has ended is not waited for.
                    let told = app.logic().command(HostCommand::KeepData { token }).is_ok();
                    let until = before.map_or(now + PATIENCE, |before| before.until);
                    self.reloading = Some(Reloading { token, until: if told { until } else { now }, broken });
                }
            }
            LifeState::Suspended => self.start_over(Reloading { token, until: now, broken }, now),
            // It is opened from the files when it is shown.
            LifeState::Frozen => {}
            LifeState::Stopped => self.start_over(Reloading { token, until: now, broken: true }, now),
        }
    }

    /// When a program that is about to be started again is started at the latest, ms of the frame clock.
    pub(super) fn reload_due(&self) -> Option<f64> {
        self.reloading.map(|reloading| reloading.until)
    }

    /// After a tick of the program: starts it again if its data is there, or was waited for long enough.
    pub(super) fn advance_reload(&mut self, now: f64) {
        let Some(reloading) = self.reloading else { return };
        let there = self.app.as_ref().is_none_or(|app| app.has_kept_data(reloading.token));
        if there || now >= reloading.until {
            self.start_over(reloading, now);
        }
    }

    fn start_over(&mut self, reloading: Reloading, now: f64) {
        let mut frozen = self.app.as_ref().map(|app| app.freeze_with_data(reloading.token)).unwrap_or_default();
        match &self.before {
            Some(before) if frozen.pages.is_empty() => frozen = before.clone(),
            Some(before) if reloading.broken => complete(&mut frozen, before),
            _ => {}
        }
        self.before = Some(frozen.clone());
        let kept = !frozen.pages.is_empty();
        self.frozen = kept.then_some(frozen);
        let mut launch = self.launch.clone();
        if kept {
            launch = LaunchOptions { path: String::new(), query: Vec::new(), ..launch };
        }
        match self.exchange(launch, now, LAST_PICTURE) {
            Ok(()) => self.event(LifeEvent::Reloaded),
            Err(error) => self.event(LifeEvent::NotReloaded(error)),
        }
    }
}

/// Gives pages what they had in the run before and have no more.
fn complete(frozen: &mut Frozen, before: &Frozen) {
    for (page, before) in frozen.pages.iter_mut().zip(&before.pages) {
        if page.page.path != before.page.path {
            return;
        }
        let FrozenPage { page, scrolls, controls } = page;
        match (&mut page.data, &before.page.data) {
            (Some(Value::Object(now)), Some(Value::Object(then))) => {
                for (name, value) in then {
                    now.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            (now @ None, then) => now.clone_from(then),
            _ => {}
        }
        let scrolled = before.scrolls.iter().filter(|then| scrolls.iter().all(|now| now.at != then.at));
        scrolls.extend(scrolled.cloned().collect::<Vec<_>>());
        let controlled = before.controls.iter().filter(|then| controls.iter().all(|now| now.at != then.at));
        controls.extend(controlled.cloned().collect::<Vec<_>>());
    }
}
