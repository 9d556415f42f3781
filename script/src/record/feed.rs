//! A handle of a logic side that is not there: its commits and messages come from a recording.

use crate::bridge::handover::{LogicEnd, handover};
use crate::bridge::journal::Journal;
use crate::bridge::message::Message;
use crate::bridge::outbox::{HostMessage, Outbox, Responder, StopReason};
use crate::bridge::queue::{Mailbox, mailbox};
use crate::bridge::thread::{HostSide, LogicHandle, ThreadConfig};
use crate::capability::shell::ShellCall;
use crate::sandbox::prompt::{PermissionRequest, PermissionSwitch};
use crate::sandbox::{BudgetEvent, Sandbox};
use crate::wire::{WireError, commit};
use serde::{Deserialize, Serialize};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};

/// A message of logic to its host as it stands in a recording.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[allow(missing_docs)] // as in [`HostMessage`]
pub enum RecordedMessage {
    Shell { page: Option<u32>, call: ShellCall },
    AskPermission { page: Option<u32>, request: PermissionRequest },
    OpenSettings { page: Option<u32>, app_name: String, switches: Vec<PermissionSwitch> },
    Budget(BudgetEvent),
    Stopped(StopReason),
}

impl RecordedMessage {
    /// A message as it is recorded; `None` for what only counts.
    pub fn of(message: &HostMessage) -> Option<RecordedMessage> {
        Some(match message {
            HostMessage::Shell { page, call, .. } => match call {
                ShellCall::AskPermission(request) => {
                    RecordedMessage::AskPermission { page: *page, request: (**request).clone() }
                }
                ShellCall::OpenSettings { app_name, switches } => RecordedMessage::OpenSettings {
                    page: *page,
                    app_name: app_name.clone(),
                    switches: switches.clone(),
                },
                call => RecordedMessage::Shell { page: *page, call: call.clone() },
            },
            HostMessage::Budget(event) => RecordedMessage::Budget(event.clone()),
            HostMessage::Stopped(reason @ (StopReason::Unconfined(_) | StopReason::Protocol(_))) => {
                RecordedMessage::Stopped(StopReason::Fatal(reason.to_string()))
            }
            HostMessage::Stopped(reason) => RecordedMessage::Stopped(reason.clone()),
            HostMessage::Stalled(_) => return None,
        })
    }

    fn message(self) -> HostMessage {
        let shell = |page, call| HostMessage::Shell { page, call, reply: Responder::nobody() };
        match self {
            RecordedMessage::Shell { page, call } => shell(page, call),
            RecordedMessage::AskPermission { page, request } => {
                shell(page, ShellCall::AskPermission(Box::new(request)))
            }
            RecordedMessage::OpenSettings { page, app_name, switches } => {
                shell(page, ShellCall::OpenSettings { app_name, switches })
            }
            RecordedMessage::Budget(event) => HostMessage::Budget(event),
            RecordedMessage::Stopped(reason) => HostMessage::Stopped(reason),
        }
    }
}

/// The other end of a handle that is fed.
pub struct Feeder {
    logic: LogicEnd,
    mailbox: Mailbox,
    outbox: Outbox,
    most_ops: u64,
    /// Lets the thread that the handle waits for come to its end.
    _end: SyncSender<()>,
}

/// A handle for a program that does not run, and what feeds it.
///
/// # Errors
/// The system's error if there is no thread.
pub fn fed(config: ThreadConfig) -> std::io::Result<(LogicHandle, Feeder)> {
    let sandbox = Sandbox::new(config.budgets);
    let (logic, commits) = handover();
    let (sender, mailbox) = mailbox(config.budgets.mailbox);
    let outbox = Outbox::new(config.wake, usize::MAX);
    let (end, over) = sync_channel::<()>(0);
    let (told, ended) = sync_channel(1);
    let wait = move || {
        // It ends with its feeder.
        let _ = over.recv();
        let _ = told.send(());
    };
    let thread = std::thread::Builder::new().name("pellicle-fed".to_owned()).spawn(wait)?;
    let feeder = Feeder { logic, mailbox, outbox: outbox.clone(), most_ops: config.budgets.commit_ops.hard, _end: end };
    let handle = LogicHandle::new(HostSide {
        commits,
        mailbox: sender,
        outbox,
        journal: Arc::new(Journal::default()),
        steps: None,
        ended,
        thread,
        sandbox,
        watch: Arc::new(OnceLock::new()),
    });
    Ok((handle, feeder))
}

impl Feeder {
    /// Publishes a commit, as [`commit::write`] wrote it. False if both buffers are on their way already.
    ///
    /// # Errors
    /// [`WireError`] if it is none.
    pub fn commit(&mut self, bytes: &[u8]) -> Result<bool, WireError> {
        let Some(buffer) = self.logic.buffer() else { return Ok(false) };
        commit::read(bytes, self.most_ops.max(1), buffer)?;
        self.logic.publish(0.0);
        Ok(true)
    }

    /// Tells the host something.
    pub fn message(&self, message: RecordedMessage) {
        self.outbox.send(message.message());
    }

    /// The next message of the render side to logic. Nobody else reads them.
    pub fn take(&self) -> Option<Message> {
        self.mailbox.take()
    }
}
