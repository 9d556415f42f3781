//! What tools ask of the logic side: tests, automation, the runner of steps.
//!
//! A request names its own way back. Values of script come back as JSON text, functions left out; those that are
//! promised come when the promise is settled. Nobody needs to listen.

use crate::phases::PhaseTimes;
use pellicle_layout::document::NodeId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Sender, SyncSender};
use std::time::Duration;

/// The way back of one request.
pub struct ToolReply<T>(Way<T>);

enum Way<T> {
    /// A channel with room for the answer.
    Channel(SyncSender<Result<T, ToolError>>),
    /// Into another process.
    Sent(Arc<dyn Fn(Result<T, ToolError>) + Send + Sync>),
}

impl<T> ToolReply<T> {
    /// A way back that hands the answer to `send`.
    pub fn sent(send: impl Fn(Result<T, ToolError>) + Send + Sync + 'static) -> ToolReply<T> {
        ToolReply(Way::Sent(Arc::new(send)))
    }

    /// Answers; nobody needs to listen.
    pub fn send(&self, answer: Result<T, ToolError>) {
        match &self.0 {
            // Who asked has given up.
            Way::Channel(channel) => drop(channel.try_send(answer)),
            Way::Sent(send) => send(answer),
        }
    }
}

impl<T> From<SyncSender<Result<T, ToolError>>> for ToolReply<T> {
    fn from(channel: SyncSender<Result<T, ToolError>>) -> Self {
        ToolReply(Way::Channel(channel))
    }
}

impl<T> Clone for ToolReply<T> {
    fn clone(&self) -> Self {
        ToolReply(match &self.0 {
            Way::Channel(channel) => Way::Channel(channel.clone()),
            Way::Sent(send) => Way::Sent(send.clone()),
        })
    }
}

impl<T> fmt::Debug for ToolReply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ToolReply")
    }
}

/// Why a tool's request failed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Deserialize, Serialize)]
pub enum ToolError {
    /// There is no such page (any more).
    #[error("the page is gone")]
    NoPage,
    /// There is no such element (any more).
    #[error("the element is gone")]
    NoElement,
    /// The element is no component.
    #[error("the element is no component")]
    NoComponent,
    /// The page or component has no such method.
    #[error("{path} has no method `{method}`")]
    NoMethod {
        /// Path of the page or component.
        path: String,
        /// The method.
        method: String,
    },
    /// `wx` has no such function.
    #[error("wx.{0} is not a function")]
    NoApi(String),
    /// A text that should be a data path is none.
    #[error("\"{0}\" is no data path")]
    DataPath(String),
    /// Script threw, a promise was rejected, or an API failed; what it says.
    #[error("{0}")]
    Script(String),
}

/// What a request is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum Place {
    /// The page on top.
    Top,
    /// A page by its number.
    Page(u32),
    /// An element; where it is the host of a component, that component.
    Element(NodeId),
    /// A component by its number: one whose host has no node.
    Component(u32),
}

/// A page of the stack.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct OpenPage {
    /// Its number.
    pub id: u32,
    /// Its path, without a leading slash.
    pub path: String,
    /// Its query, in order.
    pub query: Vec<(String, String)>,
}

/// An element that a selector found.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct FoundElement {
    /// Its node, [`NodeId::NONE`] for a virtual host.
    pub node: NodeId,
    /// Number of its page.
    pub page: u32,
    /// Its tag as written.
    pub tag: String,
    /// Number of the component that it is the host of.
    pub component: Option<u32>,
}

/// What the template and the component say of an element.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct Description {
    /// Attributes by the names they are written with, and what they hold.
    #[serde(with = "crate::wire::json::map")]
    pub attributes: Map<String, Json>,
    /// Properties of the component that it is the host of, empty for any other element.
    #[serde(with = "crate::wire::json::map")]
    pub properties: Map<String, Json>,
}

/// What stands in for a function of `wx`.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum Mock {
    /// A result: that of a synchronous function, or what `success` is told (`fail`, if its `errMsg` says so).
    Result(#[serde(with = "crate::wire::json::value")] Json),
    /// A function that makes the result. Its `this.origin` is what it stands in for.
    Function {
        /// The text of a function expression.
        source: String,
        /// Arguments behind those of the call.
        #[serde(with = "crate::wire::json::list")]
        arguments: Vec<Json>,
    },
}

/// A call of a function that a tool put on the global object.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct BindingCall {
    /// Its name.
    pub name: String,
    /// Its arguments.
    #[serde(with = "crate::wire::json::list")]
    pub arguments: Vec<Json>,
}

/// What logic has done for its templates since the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct LogicWork {
    /// Templates that were walked because data changed.
    pub walks: u64,
    /// Changes of a field that went straight to the nodes that show it, without a walk.
    pub direct: u64,
    /// Real time that writing commits took.
    pub writing: Duration,
    /// Real time of its phases, where they are measured ([`phases::measure`](crate::phases::measure)).
    pub phases: PhaseTimes,
}

/// What a tool asks.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum ToolRequest {
    /// The page stack, the page on top last.
    Pages { reply: ToolReply<Vec<OpenPage>> },
    /// What was done until now.
    Work { reply: ToolReply<LogicWork> },
    /// Elements that a selector finds in the template of a page or component, or below an element: as
    /// `createSelectorQuery` finds them, in tree order.
    Select { within: Place, selector: String, all: bool, reply: ToolReply<Vec<FoundElement>> },
    /// An element, found again.
    Element { of: Place, reply: ToolReply<FoundElement> },
    /// Data of a page or component, all of it or at a path.
    Data { of: Place, path: Option<String>, reply: ToolReply<String> },
    /// `setData`.
    SetData { of: Place, data: Map<String, Json>, reply: ToolReply<String> },
    /// Calls a method of a page or component. Where nobody asks for what it gives, a promise that is rejected stays
    /// one that nobody handles.
    Call { of: Place, method: String, arguments: Vec<Json>, reply: Option<ToolReply<String>> },
    /// `triggerEvent` of a component.
    Trigger { of: Place, event: String, detail: Json, reply: ToolReply<String> },
    /// What is known of an element.
    Describe { of: Place, reply: ToolReply<Description> },
    /// Calls a function of `wx`. One that takes `success` and `fail` answers with what these are told.
    Api { name: String, arguments: Vec<Json>, reply: ToolReply<String> },
    /// Puts something in the place of a function of `wx`, or, with none, the function itself again.
    Mock { name: String, mock: Option<Mock>, reply: ToolReply<String> },
    /// Calls a function that is given as the text of a function expression; it sees the globals of the mini-program.
    Function { source: String, arguments: Vec<Json>, reply: ToolReply<String> },
    /// Puts a function on the global object whose calls are told here.
    Bind { name: String, calls: Sender<BindingCall>, reply: ToolReply<String> },
}
