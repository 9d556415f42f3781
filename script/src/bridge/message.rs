//! What goes from the render side and the host to the logic thread.

use super::event::EventMessage;
use super::tool::ToolRequest;
use crate::worker::WorkerMessage;
use crate::worklet::sent::{Sent, Token};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

use pellicle_layout::document::NodeId;

/// One message; a turn of the logic thread handles one.
#[derive(Clone, Debug)]
pub enum Message {
    /// Something happened to a node.
    Event(EventMessage),
    /// Other items of a builder are near the view than are there. The newest per builder is kept.
    ShowItems(ShowItems),
    /// A commit has been applied and shown.
    Applied(Applied),
    /// The answer to all queries of one `exec()`.
    QueryReply(QueryReply),
    /// Watched elements have crossed thresholds.
    Watched(Vec<Watched>),
    /// A capability answered.
    Reply(CapabilityReply),
    /// A worklet has a function of script called.
    Worklet(WorkletCall),
    /// A worker says something.
    Worker(WorkerMessage),
    /// The host wants something.
    Host(HostCommand),
}

impl Message {
    /// What it is, for traces.
    pub fn kind(&self) -> &'static str {
        match self {
            Message::Event(_) => "event",
            Message::ShowItems(_) => "show items",
            Message::Applied(_) => "commit shown",
            Message::QueryReply(_) => "query reply",
            Message::Watched(_) => "observers",
            Message::Reply(_) => "API reply",
            Message::Worklet(_) => "worklet call",
            Message::Worker(_) => "worker message",
            Message::Host(HostCommand::Launch(_)) => "launch",
            Message::Host(HostCommand::Route { .. } | HostCommand::NavigateBack { .. }) => "route",
            Message::Host(HostCommand::Tool(_)) => "tool",
            Message::Host(_) => "host command",
        }
    }
}

/// The items that a `list-builder` or `grid-builder` shall have; those outside the range go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct ShowItems {
    /// Its node.
    pub node: NodeId,
    /// Index of the first item.
    pub first: u32,
    /// Index behind the last item.
    pub end: u32,
}

/// What a worklet has called by `runOnJS`.
#[derive(Clone, Debug)]
pub struct WorkletCall {
    /// Number of the function in its realm.
    pub function: u32,
    /// Its arguments.
    pub arguments: Vec<Sent>,
    /// Keeps the function until then.
    pub keep: Arc<Token>,
}

/// What a wxs function asks of the component or page that it runs for.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Response {
    /// An element.
    pub node: NodeId,
    /// The component or page is the one whose template the element stands in, else the component that the element is
    /// (or, where it is none, again the former).
    pub owner: bool,
    /// `callMethod`, else `triggerEvent`.
    pub method: bool,
    /// Name of the method or event.
    pub name: Arc<str>,
    /// Its argument or detail; `None` for none.
    #[serde(with = "crate::wire::json::optional")]
    pub argument: Option<Json>,
}

/// The acknowledgement of a commit.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct Applied {
    /// Number of the commit.
    pub commit: u64,
    /// Number of the frame that showed it.
    pub frame: u64,
    /// When it went through the frame's phases.
    pub times: FrameTimes,
}

/// When a commit reached each phase, ms of the host's monotonic clock.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct FrameTimes {
    /// Taken from the bridge.
    pub taken: f64,
    /// Its ops applied.
    pub applied: f64,
    /// Style and layout done.
    pub laid_out: f64,
    /// Pages that change places with it stand still.
    pub settled: f64,
}

/// Answers in the order of the [`Op::Query`](pellicle_layout::document::ops::Op::Query)s of the group.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct QueryReply {
    /// The group's number.
    pub request: u32,
    /// One answer per query; `None` if the node is gone.
    pub answers: Vec<Option<NodeFigures>>,
}

/// What a query tells of a node, logical px relative to the viewport. The viewport itself is asked for with
/// [`NodeId::NONE`]: its box is `0, 0, width, height` and its scroll offset the page's.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct NodeFigures {
    /// The node asked about.
    pub node: Option<NodeId>,
    /// Left edge of the border box.
    pub left: f64,
    /// Top edge of the border box.
    pub top: f64,
    /// Width of the border box.
    pub width: f64,
    /// Height of the border box.
    pub height: f64,
    /// Horizontal scroll offset.
    pub scroll_left: f64,
    /// Vertical scroll offset.
    pub scroll_top: f64,
    /// Width of the scrollable content.
    pub scroll_width: f64,
    /// Height of the scrollable content.
    pub scroll_height: f64,
    /// Computed styles that were asked for, by name.
    pub styles: Vec<(Arc<str>, Arc<str>)>,
}

/// What the observer `request` is told.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct Watched {
    /// The observer's number.
    pub request: u32,
    /// Its elements that crossed a threshold.
    pub crossings: Vec<Crossing>,
    /// When, ms of the frame clock.
    pub time: f64,
}

/// An element and the area that it is compared with. Boxes are `left, top, width, height`, logical px relative to the
/// viewport.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct Crossing {
    /// Place of the element in the list that is watched.
    pub target: u32,
    /// Share of its box that is inside, 0 to 1.
    pub ratio: f64,
    /// What of it is inside.
    pub inside: [f64; 4],
    /// Its box.
    pub bounds: [f64; 4],
    /// The area that it is compared with.
    pub area: [f64; 4],
}

/// The answer of a capability to the call `id`.
#[derive(Clone, PartialEq, Debug)]
pub struct CapabilityReply {
    /// Number that the call was given.
    pub id: u32,
    /// What it says.
    pub answer: Answer,
}

/// One answer of a capability.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    /// The last answer.
    Done(Result<ApiReply, ApiFailure>),
    /// An intermediate one of a task, such as `headersReceived` or `progressUpdate`.
    Progress {
        /// Which listeners of the task get it.
        event: &'static str,
        /// Its fields.
        reply: ApiReply,
    },
}

/// The fields of a result, without `errMsg`.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct ApiReply {
    /// Plain fields.
    #[serde(with = "crate::wire::json::map")]
    pub fields: Map<String, Json>,
    /// A field with bytes, which becomes an `ArrayBuffer`.
    #[serde(with = "crate::wire::bytes::named")]
    pub binary: Option<(String, Vec<u8>)>,
}

impl ApiReply {
    /// A result without fields.
    pub fn empty() -> ApiReply {
        ApiReply::default()
    }

    /// A result with the fields of `value`; anything but an object has none.
    pub fn of(value: Json) -> ApiReply {
        match value {
            Json::Object(fields) => ApiReply { fields, binary: None },
            _ => ApiReply::default(),
        }
    }
}

/// Why a call failed: what stands behind `name:fail ` in `errMsg`, and the `errno`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Deserialize, Serialize)]
#[error("{reason}")]
pub struct ApiFailure {
    /// Text behind `name:fail `.
    pub reason: String,
    /// Number of the reason.
    pub errno: i32,
}

impl ApiFailure {
    /// `errno`: the system or the host refused.
    pub const DENIED: i32 = 3;
    /// `errno`: something went wrong inside.
    pub const INTERNAL: i32 = 4;
    /// `errno`: it took too long.
    pub const TIMEOUT: i32 = 5;
    /// `errno`: the host does not offer it.
    pub const UNSUPPORTED: i32 = 6;
    /// `errno`: the user has not granted the scope.
    pub const AUTH_DENY: i32 = 103;
    /// `errno`: `app.json` does not declare it.
    pub const UNDECLARED: i32 = 112;
    /// `errno`: the network was taken away meanwhile.
    pub const INTERRUPTED: i32 = 600_003;
    /// `errno`: an argument is missing or of a wrong type.
    pub const PARAMETER: i32 = 1001;

    /// A failure.
    pub fn new(errno: i32, reason: impl Into<String>) -> ApiFailure {
        ApiFailure { reason: reason.into(), errno }
    }

    /// The host does not offer this.
    pub fn unsupported() -> ApiFailure {
        Self::new(Self::UNSUPPORTED, "not supported")
    }

    /// The host or the user refused.
    pub fn denied(reason: impl Into<String>) -> ApiFailure {
        Self::new(Self::DENIED, reason)
    }

    /// Something went wrong that is not the caller's fault.
    pub fn internal(reason: impl Into<String>) -> ApiFailure {
        Self::new(Self::INTERNAL, reason)
    }

    /// The mini-program was put to rest meanwhile.
    pub fn interrupted() -> ApiFailure {
        Self::new(Self::INTERRUPTED, "interrupted")
    }

    /// An argument was wrong.
    pub fn parameter(reason: impl Into<String>) -> ApiFailure {
        Self::new(Self::PARAMETER, reason)
    }
}

/// How a mini-program was opened or brought to the front.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct LaunchOptions {
    /// Page path without query; empty for the entry page of `app.json`.
    pub path: String,
    /// Query, in order.
    pub query: Vec<(String, String)>,
    /// Where it was opened from (1001: the list of recent ones).
    pub scene: u32,
    /// `referrerInfo`.
    #[serde(with = "crate::wire::json::map")]
    pub referrer_info: Map<String, Json>,
    /// Fields that tools put over the first page's data before its `onLoad`.
    #[serde(with = "crate::wire::json::map")]
    pub data: Map<String, Json>,
    /// Pages to open in place of the first one, the lowest first: those that the program had when it was ended.
    #[serde(with = "restored")]
    pub restore: Vec<RestoredPage>,
    /// What the page that was left says of that (`restartStrategy`); without it all of them are opened.
    pub restart: Option<Box<Restart>>,
}

/// Pages on their way to another process: as JSON, for their fields may be left out.
mod restored {
    use super::RestoredPage;
    use crate::wire::json::value;
    use serde::{Deserializer, Serializer, de, ser};

    pub(super) fn serialize<S: Serializer>(pages: &[RestoredPage], serializer: S) -> Result<S::Ok, S::Error> {
        value::serialize(&serde_json::to_value(pages).map_err(ser::Error::custom)?, serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RestoredPage>, D::Error> {
        serde_json::from_value(value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// `restartStrategy` of a page: where a start without a path leads after the program was left from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RestartStrategy {
    /// To the entry page.
    HomePage,
    /// To the entry page, and from there to the page that was left, unless it is one of a tab.
    HomePageAndLatestPage,
}

/// A [`RestartStrategy`] with the time from which it counts: a day, or until what the page left for itself expires.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub struct Restart {
    /// The strategy.
    pub strategy: RestartStrategy,
    /// When the program was left, ms since 1970.
    pub left: f64,
}

/// A page that a program had when it was ended.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RestoredPage {
    /// Path without query.
    pub path: String,
    /// Query, in order.
    pub query: Vec<(String, String)>,
    /// What it left for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<ExitState>,
    /// Fields of its data that are put over those of its files, before `onLoad` and after `onShow`: what it had before
    /// its files changed ([`KeptData`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Json>,
}

/// What a page's data had become when [`HostCommand::KeepData`] asked for it.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeptData {
    /// The number of that command.
    pub token: u32,
    /// The fields that are not as the page's files have them.
    pub fields: Map<String, Json>,
}

/// What `onSaveExitState` of a page gave; the page finds the data in `this.exitState` when it is opened again.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExitState {
    /// `data`.
    pub data: Json,
    /// `expireTimeStamp`: from then on it counts no more, ms since 1970.
    pub expires: f64,
}

/// How to move between pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum RouteKind {
    NavigateTo,
    RedirectTo,
    SwitchTab,
    ReLaunch,
    /// The host shows a living mini-program with another page.
    AutoReLaunch,
}

impl RouteKind {
    /// The API's name.
    pub fn api(self) -> &'static str {
        match self {
            RouteKind::NavigateTo => "navigateTo",
            RouteKind::RedirectTo => "redirectTo",
            RouteKind::SwitchTab => "switchTab",
            RouteKind::ReLaunch => "reLaunch",
            RouteKind::AutoReLaunch => "autoReLaunch",
        }
    }
}

/// Events of a `navigator` about its route, those that somebody listens to. Their detail is `errMsg`, which the
/// logic side fills in.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct RouteEvents {
    /// It went there.
    pub success: Option<EventMessage>,
    /// It did not.
    pub fail: Option<EventMessage>,
    /// It is over.
    pub complete: Option<EventMessage>,
}

/// What a host knows of a newer version of the mini-program that runs: script hears of it from `wx.getUpdateManager()`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub enum UpdateState {
    /// There is none to be had, or the host looks for none.
    #[default]
    Current,
    /// The host looks for one.
    Checking,
    /// There is one, and it is on its way.
    Downloading,
    /// It is there: `applyUpdate` starts it.
    Ready,
    /// There is one, and it did not come.
    Failed,
}

impl UpdateState {
    /// Whether there is a newer version; `None` while the host does not know.
    pub fn has_update(self) -> Option<bool> {
        match self {
            UpdateState::Checking => None,
            UpdateState::Current => Some(false),
            UpdateState::Downloading | UpdateState::Ready | UpdateState::Failed => Some(true),
        }
    }
}

/// What the host wants of the mini-program. Page numbers are those of
/// [`Op::PushPage`](pellicle_layout::document::ops::Op::PushPage).
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum HostCommand {
    /// Start: `App.onLaunch`, `App.onShow` and the first page.
    Launch(LaunchOptions),
    /// The mini-program comes to the front: where it was, or with a path anew on that page.
    Show(LaunchOptions),
    /// The mini-program goes to the background.
    Hide,
    /// Rest: script runs no more until [`HostCommand::Resume`], and what is sent meanwhile waits. Requests and transfers on
    /// their way fail with `interrupted`, and sockets are closed.
    Suspend,
    /// Go on after [`HostCommand::Suspend`]. Timers that have come due meanwhile run once.
    Resume,
    /// Write down what the data of each page on the stack has become, on the page's element
    /// ([`KEPT_DATA`](crate::framework::restore::KEPT_DATA)): the files of the program have changed, and it is started again from them.
    KeepData {
        /// Comes back with the data.
        token: u32,
    },
    /// Back button or gesture.
    NavigateBack {
        /// Pages to close.
        delta: u32,
    },
    /// A `navigator` or tab was tapped.
    Route {
        /// How.
        kind: RouteKind,
        /// Where to, relative to the current page.
        url: String,
        /// What a `navigator` is told of it.
        events: Box<RouteEvents>,
    },
    /// The page scrolled. The newest per page is kept.
    PageScroll {
        /// The page.
        page: u32,
        /// Scroll offset, logical px.
        scroll_top: f32,
    },
    /// The page's end came near.
    ReachBottom {
        /// The page.
        page: u32,
    },
    /// The user pulled the page down.
    PullDownRefresh {
        /// The page.
        page: u32,
    },
    /// The user wants to keep a picture that the mini-program shows.
    SavePicture {
        /// Its address: of the network, `data:`, or a file's, which begins with a slash.
        address: String,
    },
    /// A tab of the tab bar was tapped (also the current one).
    TabItemTap {
        /// Index of the tab.
        index: u32,
        /// What it says.
        text: String,
    },
    /// The window has a new size, logical px. The newest is kept.
    Resize {
        /// Width of the page area.
        width: f32,
        /// Height of the page area.
        height: f32,
    },
    /// The system switched between light and dark.
    ThemeChange {
        /// Now dark.
        dark: bool,
    },
    /// The soft keyboard's height changed, logical px.
    KeyboardHeight {
        /// Its height.
        height: f32,
    },
    /// The network came, went or changed.
    NetworkChange {
        /// Whether there is one.
        connected: bool,
        /// `wifi`, `4g`, `none`, ...
        network: String,
    },
    /// A service of the host has something to tell: listeners of `wx.on` and this name are called.
    Tell {
        /// What stands behind `on`, such as `LocationChange`.
        event: String,
        /// What they get.
        #[serde(with = "crate::wire::json::value")]
        argument: Json,
    },
    /// Memory runs short.
    MemoryWarning {
        /// 5, 10 or 15, as on Android.
        level: u32,
    },
    /// Write the whole tree as one commit: reload, lost surface, refused commit.
    Replay,
    /// A wxs function that the render side ran wants something of script.
    Respond(Response),
    /// Stop for good.
    Stop,
    /// What the host knows of a newer version has changed.
    Update(UpdateState),
    /// A tool asks for something.
    #[serde(skip)]
    Tool(Box<ToolRequest>),
}
