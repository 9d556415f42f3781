//! What lies over a page until it is answered or its time is up: toasts, dialogs, sheets.

use super::state::ChromeState;
use super::viewer::Viewer;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::shell::ShellCall;
use pellicle_script::sandbox::prompt::{PermissionRequest, PermissionSwitch};
use serde_json::json;
use std::collections::BTreeMap;

/// What lies over the page.
#[derive(Debug)]
pub enum Overlay {
    /// A toast, until a time (ms of the frame clock).
    Toast {
        /// Text.
        title: String,
        /// `success`, `error`, `loading`, `none`.
        icon: String,
        /// Path of a picture instead of the icon.
        image: String,
        /// Taps do not reach the page.
        mask: bool,
        /// When it goes, ms; infinite for a loading toast.
        until: f64,
    },
    /// A dialog.
    Modal {
        /// What it shows.
        call: ShellCall,
        /// Text of its field.
        content: String,
        /// Where the answer goes.
        reply: Responder,
    },
    /// A permission that the mini-program asks for.
    Permission {
        /// What, and why.
        request: Box<PermissionRequest>,
        /// Where the decision goes.
        reply: Responder,
    },
    /// What was granted and denied.
    Settings {
        /// Whose settings these are.
        app_name: String,
        /// Its switches.
        switches: Vec<PermissionSwitch>,
        /// Those that were changed.
        changes: BTreeMap<String, bool>,
        /// Where the changes go.
        reply: Responder,
    },
    /// The mini-program has stopped: it is started again, or its host closes it.
    Stopped {
        /// Why.
        reason: String,
    },
    /// A list to choose from.
    Sheet {
        /// Text above the list.
        title: String,
        /// Its items.
        items: Vec<String>,
        /// Their colour.
        color: String,
        /// Who is told what was chosen.
        chooser: Chooser,
    },
}

/// What is left to do for an answer that is not script's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answered {
    /// Nothing.
    Nothing,
    /// Keep the picture of this address.
    KeepPicture(String),
    /// An item of the host's menu was chosen.
    Chosen(u32),
    /// Start the mini-program again.
    Restart,
    /// Close it.
    Close,
}

/// Longest reason of an end that is shown, characters.
const LONGEST_REASON: usize = 400;

/// Who opened a sheet.
#[derive(Debug)]
pub enum Chooser {
    /// Script: where the answer goes.
    Script(Responder),
    /// The user, by a long press on a picture: its address.
    Picture(String),
    /// The host.
    Host,
}

/// What can be done with a picture that was pressed long, in the order of the sheet.
const PICTURE_MENU: [&str; 2] = ["预览图片", "保存图片"];

impl ChromeState {
    /// Lets the user choose what is done with a picture.
    pub fn open_picture_menu(&mut self, url: String) {
        let items = PICTURE_MENU.map(str::to_owned).to_vec();
        let (title, color, chooser) = (String::new(), String::new(), Chooser::Picture(url));
        self.dialogs.push(Overlay::Sheet { title, items, color, chooser });
        self.revision += 1;
    }

    /// Lets the user choose from a menu of the host's, in place of one that is open.
    pub fn open_menu(&mut self, title: String, items: Vec<String>) {
        let own = |overlay: &Overlay| matches!(overlay, Overlay::Sheet { chooser: Chooser::Host, .. });
        self.dialogs.retain(|overlay| !own(overlay));
        self.dialogs.insert(0, Overlay::Sheet { title, items, color: String::new(), chooser: Chooser::Host });
        self.revision += 1;
    }

    /// Says that the mini-program has stopped, and why. Nobody waits for an answer to what lay over the page.
    pub fn tell_stopped(&mut self, reason: &str) {
        self.toast = None;
        self.dialogs.clear();
        self.dialogs.push(Overlay::Stopped { reason: reason.chars().take(LONGEST_REASON).collect() });
        self.revision += 1;
    }

    /// The dialog or sheet on top is answered. `item` chooses from a sheet.
    pub fn answer(&mut self, confirmed: bool, item: Option<u32>) -> Answered {
        if self.dialogs.is_empty() {
            return Answered::Nothing;
        }
        self.revision += 1;
        if let (Some(Overlay::Settings { switches, changes, .. }), Some(item)) = (self.dialogs.first_mut(), item) {
            if let Some(switch) = switches.get_mut(item as usize).filter(|switch| switch.changeable) {
                switch.on = !switch.on;
                changes.insert(switch.scope.clone(), switch.on);
            }
            return Answered::Nothing;
        }
        match self.dialogs.remove(0) {
            Overlay::Permission { reply, .. } => {
                reply.ok(ApiReply::of(json!({ "decision": if confirmed { "grant" } else { "deny" } })));
            }
            Overlay::Settings { changes, reply, .. } => reply.ok(ApiReply::of(json!({ "switches": changes }))),
            Overlay::Modal { call, content, reply } => {
                let mut fields = json!({ "confirm": confirmed, "cancel": !confirmed });
                if matches!(call, ShellCall::ShowModal { editable: true, .. }) {
                    fields["content"] = if confirmed { json!(content) } else { json!(null) };
                }
                reply.ok(ApiReply::of(fields));
            }
            Overlay::Sheet { chooser: Chooser::Script(reply), .. } => match item {
                Some(index) => reply.ok(ApiReply::of(json!({ "tapIndex": index }))),
                None => reply.fail(ApiFailure::new(ApiFailure::DENIED, "cancel")),
            },
            Overlay::Sheet { chooser: Chooser::Picture(url), .. } => match item {
                Some(0) => self.viewer = Some(Viewer::new(vec![url], "")),
                Some(_) => return Answered::KeepPicture(url),
                None => {}
            },
            Overlay::Sheet { chooser: Chooser::Host, .. } => return item.map_or(Answered::Nothing, Answered::Chosen),
            Overlay::Stopped { .. } if confirmed => return Answered::Restart,
            Overlay::Stopped { .. } => return Answered::Close,
            Overlay::Toast { .. } => {}
        }
        Answered::Nothing
    }

    /// The text of the field of the dialog on top, to edit it.
    pub fn field_mut(&mut self) -> Option<&mut String> {
        match self.dialogs.first_mut()? {
            Overlay::Modal { call: ShellCall::ShowModal { editable: true, .. }, content, .. } => {
                self.revision += 1;
                Some(content)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_an_end_is_alone_and_its_answer_is_the_hosts() {
        let mut state = ChromeState::default();
        state.open_picture_menu("a.png".to_owned());
        state.tell_stopped(&"x".repeat(1000));
        let [Overlay::Stopped { reason }] = &*state.dialogs else { panic!("{:?}", state.dialogs) };
        assert_eq!(reason.len(), LONGEST_REASON);
        assert_eq!((state.answer(true, None), state.answer(true, None)), (Answered::Restart, Answered::Nothing));
        state.tell_stopped("");
        assert_eq!(state.answer(false, None), Answered::Close);
    }
}
