//! A newer version of a mini-program: what its host tells it of that, and its wish to run it.

use super::app::App;
use super::types::{HostRequest, UpdateState};
use crate::replay::HostCall;
use pellicle_script::bridge::message::{ApiFailure, ApiReply, HostCommand};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::bridge::queue::Refused;
use pellicle_script::bridge::thread::LogicHandle;

/// What a mini-program knows of a newer version.
pub(super) struct Updating {
    state: UpdateState,
    /// What script was told.
    told: UpdateState,
    /// It has asked for the version that is ready.
    asked: bool,
}

impl Updating {
    /// What one knows that is about to start.
    pub fn told(logic: &LogicHandle, state: UpdateState) -> Updating {
        if state != UpdateState::default() {
            // A thread that has ended hears nothing.
            let _ = logic.command(HostCommand::Update(state));
        }
        Updating { state, told: state, asked: false }
    }
}

impl App {
    /// Tells the mini-program what its host knows of a newer version (`wx.getUpdateManager()`). Where it asks for the one
    /// that is [`Ready`](UpdateState::Ready), the host hears [`HostRequest::ApplyUpdate`]. What the host knows when it opens a
    /// mini-program stands in [`ProgramConfig::update`](super::program::ProgramConfig::update).
    pub fn set_update_state(&mut self, state: UpdateState) {
        if self.updating.state != state {
            self.called(|| HostCall::Update(state));
            self.updating = Updating { state, told: self.updating.told, asked: false };
            self.tell_update();
            self.came_back();
        }
    }

    /// What it was told of a newer version.
    pub fn update_state(&self) -> UpdateState {
        self.updating.state
    }

    /// Tells script what it has not heard: a mailbox that is full is tried again.
    pub(super) fn tell_update(&mut self) {
        let Updating { state, told, .. } = self.updating;
        if state != told && self.logic.command(HostCommand::Update(state)) != Err(Refused::Full) {
            self.updating.told = state;
        }
    }

    /// Script asks for the newer version. It may do so only where there is one, and hears nothing more of it.
    pub(super) fn apply_update(&mut self, reply: Responder) {
        if self.updating.state != UpdateState::Ready {
            return reply.fail(ApiFailure::internal("there is no newer version that is ready"));
        }
        if !std::mem::replace(&mut self.updating.asked, true) {
            self.requests.push_back(HostRequest::ApplyUpdate);
        }
        reply.ok(ApiReply::empty());
    }
}
