//! What goes to the process that runs script.

use super::{json, names};
use crate::api::ServiceProfile;
use crate::api::row::{ArgumentType, Rate};
use crate::bridge::event::EventMessage;
use crate::bridge::message::{
    Answer, ApiFailure, ApiReply, Applied, CapabilityReply, HostCommand, Message, QueryReply, ShowItems, Watched,
};
use crate::bridge::queue::EventClass;
use crate::bridge::tool::{Mock, Place};
use crate::realm::ScriptEngine;
use crate::realm::zone::Zone;
use crate::sandbox::Budgets;
use crate::sandbox::host_api::{HostApi, HostArgument, HostHandler, HostRule};
use crate::worklet::events::ToWorklet;
use pellicle_layout::document::NodeId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::time::Duration;

/// One message to the process that runs script.
#[derive(Debug, Deserialize, Serialize)]
pub enum ToChild {
    /// Take from yourself what script does not need; the first message.
    Confine {
        /// Bytes of memory that the process may have; 0 for any number.
        memory: u64,
    },
    /// What its program is made of; the second message.
    Setup(Box<SentSetup>),
    /// A message for the program.
    Message {
        /// The message.
        body: Body,
        /// What may happen to it while it is unread.
        class: EventClass,
        /// Number of the input that caused it; 0 for none.
        cause: u64,
    },
    /// Work out the styles of worklets for a frame.
    Frame {
        /// Its time, ms.
        now: f64,
        /// Elements that are gone.
        gone: Vec<NodeId>,
        /// What has happened to others.
        told: Vec<ToWorklet>,
    },
    /// Run what is due at this time, ms.
    Step(f64),
}

/// A [`Message`] that can cross.
#[derive(Debug, Deserialize, Serialize)]
#[allow(missing_docs)] // as in [`Message`]
pub enum Body {
    Event(EventMessage),
    ShowItems(ShowItems),
    Applied(Applied),
    QueryReply(QueryReply),
    Watched(Vec<Watched>),
    Reply(SentReply),
    Host(HostCommand),
    Tool { id: u32, request: SentTool },
}

impl Body {
    /// A message as it crosses; `None` for those that never do: worklets and workers talk on their own side, and the
    /// requests of tools have a way of their own.
    pub fn of(message: Message) -> Option<Body> {
        Some(match message {
            Message::Event(event) => Body::Event(event),
            Message::ShowItems(items) => Body::ShowItems(items),
            Message::Applied(applied) => Body::Applied(applied),
            Message::QueryReply(reply) => Body::QueryReply(reply),
            Message::Watched(watched) => Body::Watched(watched),
            Message::Reply(reply) => Body::Reply(SentReply::of(reply)),
            Message::Host(HostCommand::Tool(_)) | Message::Worklet(_) | Message::Worker(_) => return None,
            Message::Host(command) => Body::Host(command),
        })
    }

    /// What it is, for people.
    pub fn name(&self) -> &'static str {
        match self {
            Body::Event(_) => "event",
            Body::ShowItems(_) => "show items",
            Body::Applied(_) => "commit shown",
            Body::QueryReply(_) => "query reply",
            Body::Watched(_) => "observers",
            Body::Reply(_) => "API reply",
            Body::Host(HostCommand::Launch(_)) => "launch",
            Body::Host(_) => "host command",
            Body::Tool { .. } => "tool",
        }
    }

    /// The message that crossed; `None` for a tool's request.
    pub fn message(self) -> Option<Message> {
        Some(match self {
            Body::Event(event) => Message::Event(event),
            Body::ShowItems(items) => Message::ShowItems(items),
            Body::Applied(applied) => Message::Applied(applied),
            Body::QueryReply(reply) => Message::QueryReply(reply),
            Body::Watched(watched) => Message::Watched(watched),
            Body::Reply(reply) => Message::Reply(reply.reply()),
            Body::Host(command) => Message::Host(command),
            Body::Tool { .. } => return None,
        })
    }
}

/// A [`CapabilityReply`] that can cross.
#[derive(Debug, Deserialize, Serialize)]
pub struct SentReply {
    /// Number of the call.
    pub id: u32,
    answer: SentAnswer,
}

#[derive(Debug, Deserialize, Serialize)]
enum SentAnswer {
    Done(Result<ApiReply, ApiFailure>),
    Progress { event: String, reply: ApiReply },
}

impl SentReply {
    /// A reply as it crosses.
    pub fn of(reply: CapabilityReply) -> SentReply {
        let answer = match reply.answer {
            Answer::Done(result) => SentAnswer::Done(result),
            Answer::Progress { event, reply } => SentAnswer::Progress { event: event.to_owned(), reply },
        };
        SentReply { id: reply.id, answer }
    }

    /// True for the last answer of a call.
    pub fn is_last(&self) -> bool {
        matches!(self.answer, SentAnswer::Done(_))
    }

    fn reply(self) -> CapabilityReply {
        let answer = match self.answer {
            SentAnswer::Done(result) => Answer::Done(result),
            SentAnswer::Progress { event, reply } => Answer::Progress { event: names::name(&event), reply },
        };
        CapabilityReply { id: self.id, answer }
    }
}

/// A [`ToolRequest`](crate::bridge::tool::ToolRequest) without its way back.
#[derive(Debug, Deserialize, Serialize)]
#[allow(missing_docs)] // as in [`ToolRequest`]
pub enum SentTool {
    Pages,
    Work,
    Select {
        within: Place,
        selector: String,
        all: bool,
    },
    Element(Place),
    Data {
        of: Place,
        path: Option<String>,
    },
    SetData {
        of: Place,
        #[serde(with = "json::map")]
        data: Map<String, Json>,
    },
    Call {
        of: Place,
        method: String,
        #[serde(with = "json::list")]
        arguments: Vec<Json>,
        answered: bool,
    },
    Trigger {
        of: Place,
        event: String,
        #[serde(with = "json::value")]
        detail: Json,
    },
    Describe(Place),
    Api {
        name: String,
        #[serde(with = "json::list")]
        arguments: Vec<Json>,
    },
    Mock {
        name: String,
        mock: Option<Mock>,
    },
    Function {
        source: String,
        #[serde(with = "json::list")]
        arguments: Vec<Json>,
    },
    Bind {
        name: String,
    },
}

/// What a program on the other side is made of.
#[derive(Debug, Deserialize, Serialize)]
pub struct SentSetup {
    /// Its time.
    pub clock: SentClock,
    /// Its randomness.
    pub random: SentRandom,
    /// Which services stand behind `wx`.
    pub profile: ServiceProfile,
    /// The script engine.
    pub engine: ScriptEngine,
    /// What it may use.
    pub budgets: Budgets,
    /// Further names of the `wx` object.
    pub aliases: Vec<String>,
    /// Whether calls are recorded.
    pub wants_calls: bool,
    /// APIs of the host's own.
    pub hosts: Vec<SentHostApi>,
    /// Events of the host's own.
    pub events: Vec<String>,
    /// How long script waits for an answer that it goes on after.
    pub call_deadline: Duration,
    /// Whether the package may be there in part only.
    pub in_parts: bool,
    /// Whether what script meets is recorded.
    pub recorded: bool,
}

/// What an API of a host's own takes, without what it does.
#[derive(Debug, Deserialize, Serialize)]
pub struct SentHostApi {
    name: String,
    arguments: Vec<SentArgument>,
    permission: Option<String>,
    rate: Option<Rate>,
}

#[derive(Debug, Deserialize, Serialize)]
struct SentArgument {
    name: String,
    kind: ArgumentType,
    required: bool,
    rule: SentRule,
}

#[derive(Debug, Deserialize, Serialize)]
enum SentRule {
    Usual,
    Range { min: f64, max: f64, whole: bool },
    OneOf(Vec<String>),
    Bytes(usize),
    Items { min: usize, max: usize },
}

impl SentHostApi {
    /// An API as it crosses.
    pub fn of(api: &HostApi) -> SentHostApi {
        let argument = |argument: &HostArgument| SentArgument {
            name: argument.name.clone(),
            kind: argument.kind,
            required: argument.required,
            rule: match &argument.rule {
                HostRule::Usual => SentRule::Usual,
                HostRule::Range { min, max, whole } => SentRule::Range { min: *min, max: *max, whole: *whole },
                HostRule::OneOf(texts) => SentRule::OneOf(texts.iter().map(|text| (*text).to_owned()).collect()),
                HostRule::Bytes(most) => SentRule::Bytes(*most),
                HostRule::Items { min, max } => SentRule::Items { min: *min, max: *max },
            },
        };
        SentHostApi {
            name: api.name.clone(),
            arguments: api.arguments.iter().map(argument).collect(),
            permission: api.permission.clone(),
            rate: api.rate,
        }
    }

    /// The API that crossed, with what it does here.
    pub fn api(self, handler: HostHandler) -> HostApi {
        let argument = |argument: SentArgument| HostArgument {
            name: argument.name,
            kind: argument.kind,
            required: argument.required,
            rule: match argument.rule {
                SentRule::Usual => HostRule::Usual,
                SentRule::Range { min, max, whole } => HostRule::Range { min, max, whole },
                SentRule::OneOf(texts) => HostRule::OneOf(texts.iter().map(|text| names::name(text)).collect()),
                SentRule::Bytes(most) => HostRule::Bytes(most),
                SentRule::Items { min, max } => HostRule::Items { min, max },
            },
        };
        HostApi {
            name: self.name,
            arguments: self.arguments.into_iter().map(argument).collect(),
            permission: self.permission,
            rate: self.rate,
            result: Vec::new(),
            doc: String::new(),
            handler,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A clock on the other side.
#[derive(Debug, Deserialize, Serialize)]
pub struct SentClock {
    /// Its wall time when this was sent, ms.
    pub now: f64,
    /// Its monotonic time then, ms.
    pub monotonic: f64,
    /// Its zone.
    pub zone: Zone,
    /// It moves in steps only.
    pub steps: bool,
}

/// Where random numbers come from on the other side.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub enum SentRandom {
    /// A [`Mulberry32`](crate::realm::Mulberry32) in this state.
    Mulberry(u32),
    /// A [`SystemRandom`](crate::realm::SystemRandom) with a seed of its own.
    System,
    /// Each is asked for.
    Asked,
}
