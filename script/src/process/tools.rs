//! Requests of tools that came over the socket.

use super::link::Link;
use crate::bridge::tool::{ToolError, ToolReply, ToolRequest};
use crate::wire::call::{FromChild, ToolAnswer};
use crate::wire::message::SentTool;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;

/// Tells the host if a request goes without an answer.
struct Asked {
    link: Arc<Link>,
    id: u32,
    answered: AtomicBool,
}

impl Asked {
    fn say(&self, answer: ToolAnswer) {
        self.answered.store(true, Ordering::Relaxed);
        self.link.say(&FromChild::Tool { id: self.id, answer });
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if !self.answered.load(Ordering::Relaxed) {
            self.say(ToolAnswer::None);
        }
    }
}

fn reply<T: 'static>(asked: Asked, answer: fn(Result<T, ToolError>) -> ToolAnswer) -> ToolReply<T> {
    ToolReply::sent(move |result| asked.say(answer(result)))
}

/// The request with a way back over the socket.
pub(super) fn request(link: &Arc<Link>, id: u32, sent: SentTool) -> ToolRequest {
    let asked = Asked { link: link.clone(), id, answered: AtomicBool::new(false) };
    match sent {
        SentTool::Pages => ToolRequest::Pages { reply: reply(asked, ToolAnswer::Pages) },
        SentTool::Work => ToolRequest::Work { reply: reply(asked, ToolAnswer::Work) },
        SentTool::Select { within, selector, all } => {
            ToolRequest::Select { within, selector, all, reply: reply(asked, ToolAnswer::Elements) }
        }
        SentTool::Element(of) => ToolRequest::Element { of, reply: reply(asked, ToolAnswer::Element) },
        SentTool::Data { of, path } => ToolRequest::Data { of, path, reply: reply(asked, ToolAnswer::Text) },
        SentTool::SetData { of, data } => ToolRequest::SetData { of, data, reply: reply(asked, ToolAnswer::Text) },
        SentTool::Call { of, method, arguments, answered } => {
            let reply = if answered {
                Some(reply(asked, ToolAnswer::Text))
            } else {
                asked.answered.store(true, Ordering::Relaxed);
                None
            };
            ToolRequest::Call { of, method, arguments, reply }
        }
        SentTool::Trigger { of, event, detail } => {
            ToolRequest::Trigger { of, event, detail, reply: reply(asked, ToolAnswer::Text) }
        }
        SentTool::Describe(of) => ToolRequest::Describe { of, reply: reply(asked, ToolAnswer::Description) },
        SentTool::Api { name, arguments } => {
            ToolRequest::Api { name, arguments, reply: reply(asked, ToolAnswer::Text) }
        }
        SentTool::Mock { name, mock } => ToolRequest::Mock { name, mock, reply: reply(asked, ToolAnswer::Text) },
        SentTool::Function { source, arguments } => {
            ToolRequest::Function { source, arguments, reply: reply(asked, ToolAnswer::Text) }
        }
        SentTool::Bind { name } => {
            let (calls, called) = channel();
            let link = link.clone();
            // A tool's binding lives as long as the program; its thread waits for calls and nothing else.
            let forward = move || {
                while let Ok(call) = called.recv() {
                    link.say(&FromChild::Bound { id, call });
                }
            };
            // Without a thread the calls are not told, as if nobody listened.
            let _ = std::thread::Builder::new().name("pellicle-bound".to_owned()).spawn(forward);
            ToolRequest::Bind { name, calls, reply: reply(asked, ToolAnswer::Text) }
        }
    }
}
