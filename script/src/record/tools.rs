//! Requests of tools as they stand in a recording: without their way back.

use crate::bridge::tool::{ToolReply, ToolRequest};
use crate::wire::message::SentTool;
use std::sync::mpsc::channel;

/// A request without its way back.
pub(super) fn sent(request: &ToolRequest) -> SentTool {
    match request.clone() {
        ToolRequest::Pages { .. } => SentTool::Pages,
        ToolRequest::Work { .. } => SentTool::Work,
        ToolRequest::Select { within, selector, all, .. } => SentTool::Select { within, selector, all },
        ToolRequest::Element { of, .. } => SentTool::Element(of),
        ToolRequest::Data { of, path, .. } => SentTool::Data { of, path },
        ToolRequest::SetData { of, data, .. } => SentTool::SetData { of, data },
        ToolRequest::Call { of, method, arguments, reply } => {
            SentTool::Call { of, method, arguments, answered: reply.is_some() }
        }
        ToolRequest::Trigger { of, event, detail, .. } => SentTool::Trigger { of, event, detail },
        ToolRequest::Describe { of, .. } => SentTool::Describe(of),
        ToolRequest::Api { name, arguments, .. } => SentTool::Api { name, arguments },
        ToolRequest::Mock { name, mock, .. } => SentTool::Mock { name, mock },
        ToolRequest::Function { source, arguments, .. } => SentTool::Function { source, arguments },
        ToolRequest::Bind { name, .. } => SentTool::Bind { name },
    }
}

/// A way back on which nobody listens.
fn unheard<T: 'static>() -> ToolReply<T> {
    ToolReply::sent(drop)
}

/// The same request again; nobody hears its answer.
pub(super) fn request(sent: SentTool) -> ToolRequest {
    match sent {
        SentTool::Pages => ToolRequest::Pages { reply: unheard() },
        SentTool::Work => ToolRequest::Work { reply: unheard() },
        SentTool::Select { within, selector, all } => ToolRequest::Select { within, selector, all, reply: unheard() },
        SentTool::Element(of) => ToolRequest::Element { of, reply: unheard() },
        SentTool::Data { of, path } => ToolRequest::Data { of, path, reply: unheard() },
        SentTool::SetData { of, data } => ToolRequest::SetData { of, data, reply: unheard() },
        SentTool::Call { of, method, arguments, answered } => {
            ToolRequest::Call { of, method, arguments, reply: answered.then(unheard) }
        }
        SentTool::Trigger { of, event, detail } => ToolRequest::Trigger { of, event, detail, reply: unheard() },
        SentTool::Describe(of) => ToolRequest::Describe { of, reply: unheard() },
        SentTool::Api { name, arguments } => ToolRequest::Api { name, arguments, reply: unheard() },
        SentTool::Mock { name, mock } => ToolRequest::Mock { name, mock, reply: unheard() },
        SentTool::Function { source, arguments } => ToolRequest::Function { source, arguments, reply: unheard() },
        SentTool::Bind { name } => ToolRequest::Bind { name, calls: channel().0, reply: unheard() },
    }
}
