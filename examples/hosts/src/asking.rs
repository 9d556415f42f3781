//! What mini-programs ask while egui is busy with other things: it waits here until the next frame of the interface.

use pellicle_script::bridge::outbox::Responder;
use pellicle_script::sandbox::permissions::Decision;
use pellicle_script::sandbox::prompt::{
    PermissionPrompt, PermissionReply, PermissionRequest, PermissionSwitch, SettingsReply,
};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::mpsc::Sender;

/// Something that the host's interface is to answer.
pub enum Asked {
    /// A call of an API of the host's own.
    Call {
        /// The API.
        api: &'static str,
        /// Its arguments, which fit its description.
        arguments: Json,
        /// Where the answer goes.
        answer: Responder,
    },
    /// May it do this?
    Permission(Box<PermissionRequest>, PermissionReply),
}

/// Takes the questions of a mini-program to the interface; `wake` has it drawn.
#[derive(Clone)]
pub struct Asking<W> {
    /// Where they wait.
    pub queue: Sender<Asked>,
    /// Called on any thread when one is there.
    pub wake: W,
}

impl<W: Fn() + Send + Sync> Asking<W> {
    /// Puts a question to the interface. If that is gone the answer is dropped, which fails the call.
    pub fn ask(&self, asked: Asked) {
        if self.queue.send(asked).is_ok() {
            (self.wake)();
        }
    }
}

impl<W: Fn() + Send + Sync> PermissionPrompt for Asking<W> {
    fn ask(&mut self, request: PermissionRequest, reply: PermissionReply) {
        Asking::ask(self, Asked::Permission(Box::new(request), reply));
    }

    /// The engine shows them over the mini-program.
    fn open_settings(&mut self, _: &str, _: Vec<PermissionSwitch>, reply: SettingsReply) {
        reply.done(&BTreeMap::new());
    }

    fn has_settings(&self) -> bool {
        false
    }
}

/// What a scope is in this host's own language: the engine's words are the platform's.
fn words(scope: &str) -> &str {
    match scope {
        "scope.userLocation" | "scope.userFuzzyLocation" => "know where you are",
        "scope.userLocationBackground" => "know where you are, even when it is behind",
        "scope.record" => "use the microphone",
        "scope.camera" => "use the camera",
        "scope.bluetooth" => "use Bluetooth",
        "scope.writePhotosAlbum" => "save pictures",
        "scope.addPhoneContact" => "add a contact",
        "scope.addPhoneCalendar" => "add to the calendar",
        "scope.werun" => "know your steps",
        other => other,
    }
}

/// A question of permission as a window of egui's; the decision once there is one.
pub fn permission(ctx: &eframe::egui::Context, request: &PermissionRequest) -> Option<Decision> {
    use eframe::egui::{Align2, Window};
    let who = if request.app_name.is_empty() { &request.app } else { &request.app_name };
    let mut decided = None;
    Window::new(format!("{who} wants to {}", words(&request.scope)))
        .id(eframe::egui::Id::unique(("permission", &request.app, &request.scope)))
        .anchor(Align2::CENTER_CENTER, [0.0, 0.0])
        .collapsible(false)
        .resizable(false)
        .show(ctx, |ui| {
            if !request.reason.is_empty() {
                ui.label(format!("It says: “{}”", request.reason));
            }
            ui.horizontal(|ui| {
                for (label, decision) in
                    [("Allow", Decision::Grant), ("Only once", Decision::GrantOnce), ("Deny", Decision::Deny)]
                {
                    if ui.button(label).clicked() {
                        decided = Some(decision);
                    }
                }
            });
        });
    decided
}
