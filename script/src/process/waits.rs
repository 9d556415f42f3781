//! Answers that are on their way: of capabilities to script, and of script to tools.

use crate::bridge::outbox::AbortFlag;
use crate::bridge::tool::{BindingCall, Description, FoundElement, LogicWork, OpenPage, ToolReply, ToolRequest};
use crate::sandbox::prompt::PermissionSwitch;
use crate::wire::call::ToolAnswer;
use crate::wire::message::SentTool;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// Calls that script may wait for at once; further ones fail.
const MOST_CALLS: usize = 4096;
/// The same of tools.
const MOST_TOOLS: usize = 4096;

/// What an answer is for.
pub(super) enum Purpose {
    /// Script only.
    Script,
    /// The host's gate learns of it first: the user was asked for a scope that an API needs.
    Ask {
        /// The scope.
        scope: String,
        /// The API.
        api: String,
    },
    /// The same: the user was shown these switches.
    Settings(Vec<PermissionSwitch>),
}

struct Waiting {
    id: u32,
    aborted: Arc<AbortFlag>,
    purpose: Purpose,
}

/// Calls that script waits for, by the numbers that they have on the host's side.
#[derive(Default)]
pub(super) struct Calls {
    next: u32,
    waiting: HashMap<u32, Waiting>,
}

impl Calls {
    /// A number for a call that script knows by `id`; `None` if too many wait.
    pub fn expect(&mut self) -> Option<u32> {
        if self.waiting.len() >= MOST_CALLS {
            return None;
        }
        self.next = self.next.wrapping_add(1).max(1);
        Some(self.next)
    }

    /// The call of that number waits.
    pub fn wait(&mut self, number: u32, id: u32, aborted: Arc<AbortFlag>, purpose: Purpose) {
        self.waiting.insert(number, Waiting { id, aborted, purpose });
    }

    /// What script knows the call by, and what the answer is for if it is the last; `None` if it does not wait.
    pub fn answered(&mut self, number: u32, last: bool) -> Option<(u32, Purpose)> {
        if !last {
            return Some((self.waiting.get(&number)?.id, Purpose::Script));
        }
        let Waiting { id, purpose, .. } = self.waiting.remove(&number)?;
        Some((id, purpose))
    }

    /// Script does not wait for a call any more.
    pub fn abort(&self, id: u32) {
        for waiting in self.waiting.values().filter(|waiting| waiting.id == id) {
            waiting.aborted.set();
        }
    }
}

enum Tool {
    Pages(ToolReply<Vec<OpenPage>>),
    Work(ToolReply<LogicWork>),
    Elements(ToolReply<Vec<FoundElement>>),
    Element(ToolReply<FoundElement>),
    Text(ToolReply<String>),
    Description(ToolReply<Description>),
}

/// Requests of tools that script has not answered.
#[derive(Default)]
pub(super) struct Tools {
    next: u32,
    waiting: HashMap<u32, Tool>,
    bound: HashMap<u32, Sender<BindingCall>>,
}

impl Tools {
    /// A request as it crosses, with its number; `None` if too many wait.
    pub fn ask(&mut self, request: ToolRequest) -> Option<(u32, SentTool)> {
        if self.waiting.len() >= MOST_TOOLS {
            return None;
        }
        self.next = self.next.wrapping_add(1).max(1);
        let id = self.next;
        let (sent, tool) = match request {
            ToolRequest::Pages { reply } => (SentTool::Pages, Some(Tool::Pages(reply))),
            ToolRequest::Work { reply } => (SentTool::Work, Some(Tool::Work(reply))),
            ToolRequest::Select { within, selector, all, reply } => {
                (SentTool::Select { within, selector, all }, Some(Tool::Elements(reply)))
            }
            ToolRequest::Element { of, reply } => (SentTool::Element(of), Some(Tool::Element(reply))),
            ToolRequest::Data { of, path, reply } => (SentTool::Data { of, path }, Some(Tool::Text(reply))),
            ToolRequest::SetData { of, data, reply } => (SentTool::SetData { of, data }, Some(Tool::Text(reply))),
            ToolRequest::Call { of, method, arguments, reply } => {
                (SentTool::Call { of, method, arguments, answered: reply.is_some() }, reply.map(Tool::Text))
            }
            ToolRequest::Trigger { of, event, detail, reply } => {
                (SentTool::Trigger { of, event, detail }, Some(Tool::Text(reply)))
            }
            ToolRequest::Describe { of, reply } => (SentTool::Describe(of), Some(Tool::Description(reply))),
            ToolRequest::Api { name, arguments, reply } => (SentTool::Api { name, arguments }, Some(Tool::Text(reply))),
            ToolRequest::Mock { name, mock, reply } => (SentTool::Mock { name, mock }, Some(Tool::Text(reply))),
            ToolRequest::Function { source, arguments, reply } => {
                (SentTool::Function { source, arguments }, Some(Tool::Text(reply)))
            }
            ToolRequest::Bind { name, calls, reply } => {
                self.bound.insert(id, calls);
                (SentTool::Bind { name }, Some(Tool::Text(reply)))
            }
        };
        if let Some(tool) = tool {
            self.waiting.insert(id, tool);
        }
        Some((id, sent))
    }

    /// Script has answered. An answer of another kind than was asked for is none.
    pub fn answered(&mut self, id: u32, answer: ToolAnswer) {
        match (self.waiting.remove(&id), answer) {
            (Some(Tool::Pages(reply)), ToolAnswer::Pages(answer)) => reply.send(answer),
            (Some(Tool::Work(reply)), ToolAnswer::Work(answer)) => reply.send(answer),
            (Some(Tool::Elements(reply)), ToolAnswer::Elements(answer)) => reply.send(answer),
            (Some(Tool::Element(reply)), ToolAnswer::Element(answer)) => reply.send(answer),
            (Some(Tool::Text(reply)), ToolAnswer::Text(answer)) => reply.send(answer),
            (Some(Tool::Description(reply)), ToolAnswer::Description(answer)) => reply.send(answer),
            _ => {}
        }
    }

    /// A function that a tool bound was called.
    pub fn called(&self, id: u32, call: BindingCall) {
        if let Some(calls) = self.bound.get(&id) {
            // Who listened may be gone.
            let _ = calls.send(call);
        }
    }
}
