//! What fingers and keys do on what stands around and over the page.

use super::app::App;
use super::types::HostRequest;
use crate::chrome::dialogs::Answered;
use crate::chrome::viewer::Viewed;
use crate::chrome::{ChromeAction, Fault};
use crate::interact::{InputEvent, Key};
use crate::replay::HostCall;
use pellicle_script::bridge::message::{HostCommand, RouteKind as LogicRoute};
use pellicle_script::bridge::outbox::StopReason;
use std::sync::Arc;

impl App {
    /// Gives an input to the chrome first; true if it took it.
    pub(super) fn chrome_input(&mut self, event: &InputEvent, now: f64) -> bool {
        if let Some(field) = self.chrome.field_mut() {
            match event {
                InputEvent::Text(text) => field.push_str(text),
                InputEvent::Edit { text, .. } => field.clone_from(text),
                InputEvent::Key { key: Key::Backspace, .. } => drop(field.pop()),
                InputEvent::Key { key: Key::Enter, .. } => self.answer_dialog(true, None),
                InputEvent::Key { key: Key::Escape, .. } => self.answer_dialog(false, None),
                _ => {}
            }
            self.picture_dirty = true;
        }
        if self.chrome.fault.is_some()
            && self.chrome.dialogs.is_empty()
            && matches!(event, InputEvent::Key { key: Key::Escape, .. })
        {
            self.show_fault(None);
            return true;
        }
        if self.chrome.dialogs.is_empty() && (self.viewer_input(event) || self.wheel_input(event, now)) {
            return true;
        }
        let Some(view) = &self.chrome_view else { return false };
        match *event {
            InputEvent::PointerDown { x, y, .. } => {
                self.pressed_chrome = view.action_at(x, y);
                self.pressed_chrome.is_some()
            }
            InputEvent::PointerUp { x, y, .. } => {
                let Some(pressed) = self.pressed_chrome.take() else { return false };
                if view.action_at(x, y) == Some(pressed) {
                    self.chrome_action(pressed.1, now);
                }
                true
            }
            InputEvent::PointerMove { .. } => self.pressed_chrome.is_some(),
            InputEvent::Wheel { x, y, .. } => view.action_at(x, y).is_some(),
            InputEvent::Key { key: key @ (Key::Escape | Key::Enter), .. }
                if self.chrome.dialogs.is_empty() && self.is_picking() =>
            {
                self.close_picker(key == Key::Enter, now);
                true
            }
            InputEvent::Key { .. } | InputEvent::Text(_) | InputEvent::Composition { .. } | InputEvent::Edit { .. } => {
                self.chrome.blocks_page()
            }
            _ => false,
        }
    }

    /// Gives an input to the pictures that are looked at; true if there are any.
    fn viewer_input(&mut self, event: &InputEvent) -> bool {
        let Some(viewer) = &mut self.chrome.viewer else { return false };
        match viewer.input(event) {
            Viewed::Nothing => return true,
            Viewed::Other => {}
            Viewed::Closed => self.chrome.viewer = None,
        }
        self.chrome.revision += 1;
        self.picture_dirty = true;
        true
    }

    /// Does what a control of the chrome does that is tapped; false if there is no such control.
    pub(crate) fn control(&mut self, action: ChromeAction, now: f64) -> bool {
        let is_there = match action {
            ChromeAction::Confirm | ChromeAction::Cancel => !self.chrome.dialogs.is_empty(),
            ChromeAction::Tab(_) => self.chrome.tabs_visible(),
            _ => true,
        };
        if is_there {
            self.called(|| HostCall::Control { action, now });
            self.chrome_action(action, now);
            self.came_back();
        }
        is_there
    }

    fn chrome_action(&mut self, action: ChromeAction, now: f64) {
        self.picture_dirty = true;
        match action {
            ChromeAction::Back => self.back(now),
            ChromeAction::Home => {
                let url = format!("/{}", self.manifest.entry);
                let _ =
                    self.logic.command(HostCommand::Route { kind: LogicRoute::ReLaunch, url, events: Box::default() });
            }
            ChromeAction::Menu => self.requests.push_back(HostRequest::Menu),
            ChromeAction::Close => self.requests.push_back(HostRequest::Exit),
            ChromeAction::Tab(index) => self.tab(index),
            ChromeAction::Confirm => self.answer_dialog(true, None),
            ChromeAction::Cancel => self.answer_dialog(false, None),
            ChromeAction::Item(index) => self.answer_dialog(true, Some(index)),
            ChromeAction::ConfirmPicker => self.close_picker(true, now),
            ChromeAction::CancelPicker => self.close_picker(false, now),
            ChromeAction::CloseFault => self.show_fault(None),
            ChromeAction::Wheel(_) | ChromeAction::Field | ChromeAction::Block => {}
        }
    }

    fn answer_dialog(&mut self, confirmed: bool, item: Option<u32>) {
        match self.chrome.answer(confirmed, item) {
            Answered::Nothing => {}
            Answered::KeepPicture(address) => {
                // A thread that has stopped keeps no picture.
                let _ = self.logic.command(HostCommand::SavePicture { address });
            }
            Answered::Chosen(item) => self.requests.push_back(HostRequest::Chosen(item)),
            Answered::Restart => self.requests.push_back(HostRequest::Restart),
            Answered::Close => self.requests.push_back(HostRequest::Exit),
        }
    }

    /// Says over the page what is wrong with the program's files, for who writes them; `None` says nothing any more. It can be put
    /// away there. Nothing is said where no bars are drawn.
    pub fn show_fault(&mut self, fault: Option<Arc<Fault>>) {
        if self.chrome.fault != fault {
            self.called(|| HostCall::ShowFault(fault.as_deref().cloned()));
            self.chrome.fault = fault;
            self.chrome.revision += 1;
            self.picture_dirty = true;
            self.came_back();
        }
    }

    /// What [`App::show_fault`] says, until it is put away.
    pub fn fault(&self) -> Option<&Arc<Fault>> {
        self.chrome.fault.as_ref()
    }

    /// Opens a menu of the host's over the page, in place of one that is open. What is chosen is a [`HostRequest::Chosen`].
    /// It is not shown where no bars are drawn.
    pub fn open_menu(&mut self, title: &str, items: Vec<String>) {
        self.called(|| HostCall::OpenMenu { title: title.to_owned(), items: items.clone() });
        self.chrome.open_menu(title.to_owned(), items);
        self.picture_dirty = true;
        self.came_back();
    }

    /// Says over the last picture that the mini-program has stopped and why. Its user can start it again
    /// ([`HostRequest::Restart`]) or close it ([`HostRequest::Exit`]). Nothing is said where no bars are drawn.
    pub fn tell_stopped(&mut self, reason: &StopReason) {
        self.called(|| HostCall::TellStopped(reason.to_string()));
        self.chrome.set_picker(None);
        self.chrome.viewer = None;
        self.chrome.tell_stopped(&reason.to_string());
        self.picture_dirty = true;
        self.came_back();
    }

    pub(super) fn tab(&mut self, index: u32) {
        // The logic side switches to the tab's page, and tells the page that was tapped.
        let tab = self.chrome.tabs.as_ref().and_then(|tabs| tabs.items.get(index as usize));
        let text = tab.map(|tab| tab.text.clone()).unwrap_or_default();
        let _ = self.logic.command(HostCommand::TabItemTap { index, text });
    }

    pub(super) fn back(&mut self, now: f64) {
        if !self.chrome.dialogs.is_empty() {
            self.answer_dialog(false, None);
            self.picture_dirty = true;
        } else if self.chrome.viewer.take().is_some() {
            self.chrome.revision += 1;
            self.picture_dirty = true;
        } else if self.is_picking() {
            self.close_picker(false, now);
        } else if self.close_container(now) {
            self.flush(now);
        } else {
            // From the last page it leads out of the program: the logic side asks for that.
            let _ = self.logic.command(HostCommand::NavigateBack { delta: 1 });
        }
    }

    /// Closes what the page on top shows over itself; false if there is nothing.
    fn close_container(&mut self, now: f64) -> bool {
        let mut closed = false;
        self.with_page(None, |session, stage, out| closed = session.close_container(stage, now, out));
        closed
    }
}
