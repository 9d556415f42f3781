//! What the API needs of the framework: the page stack, the trees of its pages, and when a turn ends.
//!
//! The framework implements [`Pages`]; the API calls it with no borrow held, so it may call back.

use crate::bridge::message::{ApiFailure, ApiReply, LaunchOptions, RouteKind};
use crate::bridge::outbox::Responder;
use crate::realm::{Realm, ScriptRef};
use crate::tree::Attribute;
use crate::value::Value;
use pellicle_layout::document::NodeId;
use pellicle_layout::document::ops::QueryKind;
use pellicle_layout::document::watch::Watch;
use std::rc::Rc;

/// The fields of a result, without `errMsg`.
pub type Fields = Vec<(String, Value)>;

/// What is done with an answer that is the surface's own.
pub type Internal = Box<dyn FnOnce(&mut dyn Realm, Result<ApiReply, ApiFailure>)>;

/// A subpackage of a program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subpackage {
    /// Its folder.
    pub root: String,
    /// Bytes of its files.
    pub bytes: u64,
}

/// Called once when an asynchronous call of the framework is over.
pub type Settled = Box<dyn FnOnce(&mut dyn Realm, Result<Fields, ApiFailure>)>;

/// Where to go.
#[derive(Clone, Debug)]
pub enum Navigation {
    /// To a page.
    To {
        /// How.
        kind: RouteKind,
        /// Path with query, relative to the current page.
        url: String,
        /// The `events` object of `navigateTo`: listeners for the opened page's event channel.
        events: Option<ScriptRef>,
        /// The `routeType` of `navigateTo`, empty for the usual transition.
        route_type: String,
    },
    /// Back by some pages.
    Back {
        /// How many.
        delta: u32,
    },
}

/// A node that a selector found.
#[derive(Clone, Debug)]
pub struct Selected {
    /// The node.
    pub node: NodeId,
    /// Its id attribute.
    pub id: String,
    /// Its `dataset`.
    pub dataset: Value,
    /// Its own and its ancestors' marks.
    pub mark: Value,
}

/// A query for one node's figures.
#[derive(Clone, Debug)]
pub struct NodeQuery {
    /// The node; [`NodeId::NONE`] is the viewport of the current page.
    pub node: NodeId,
    /// What is asked.
    pub kind: QueryKind,
    /// Properties whose computed values are asked for, one a line.
    pub styles: Rc<str>,
}

impl NodeQuery {
    /// A query for a box or a scroll position.
    pub fn new(node: NodeId, kind: QueryKind) -> NodeQuery {
        NodeQuery { node, kind, styles: Rc::from("") }
    }
}

/// What waits for a whole template.
pub type Whole = Box<dyn FnOnce(&mut dyn Realm)>;

/// The framework as the API sees it.
pub trait Pages {
    /// Queues a navigation; `done` is called when it has been performed or refused.
    fn navigate(&self, realm: &mut dyn Realm, to: Navigation, done: Settled);
    /// Nodes that match a selector inside a component instance (`None`: the current page), in tree order;
    /// only the first unless `all`.
    fn select(&self, realm: &mut dyn Realm, scope: Option<&ScriptRef>, selector: &str, all: bool) -> Vec<Selected>;
    /// Runs a task when no template is half made: at once, or when the one that is being made or brought up to its data
    /// is whole.
    fn when_whole(&self, realm: &mut dyn Realm, task: Whole);

    /// A page container of the current page that script has opened: the way back closes it instead of the page.
    fn page_container(&self) -> Option<NodeId>;
    /// True if the node is there and an element of this tag.
    fn is_element(&self, node: NodeId, tag: &str) -> bool;
    /// The value of a node's attribute or component property; `undefined` if it has none.
    fn attribute(&self, realm: &mut dyn Realm, node: NodeId, name: &str) -> Value;
    /// Queues one group of queries behind the changes of this turn. The answer comes as
    /// [`QueryReply`](crate::bridge::message::QueryReply) `request`, also for an empty group.
    /// [`NodeId::NONE`] is the viewport of the current page.
    fn query(&self, request: u32, nodes: &[NodeQuery]);
    /// Watches how elements intersect an area, from the next commit on; crossings come as
    /// [`Watched`](crate::bridge::message::Watched) `request`.
    fn watch(&self, request: u32, watch: Watch);
    /// Ends that.
    fn unwatch(&self, request: u32);
    /// True if a truth attribute of an element is on; `None` if it has none.
    fn flag(&self, node: NodeId, name: &str) -> Option<bool>;
    /// Sets an attribute of an element beside its template; what its template sets later counts again.
    fn set_attribute(&self, node: NodeId, name: &str, value: Attribute);
    /// Tells an element of an event that is the engine's own: it does not bubble.
    fn tell_element(&self, realm: &mut dyn Realm, node: NodeId, event: &str, detail: Value);
    /// The first node inside of an element that a selector finds, in the element's own component.
    fn select_in(&self, node: NodeId, selector: &str) -> Option<NodeId>;
    /// Scrolls an element to an offset, logical px, in so many ms; what is no number leaves an axis where it is.
    fn scroll_element(&self, node: NodeId, to: (f32, f32), duration: f32);
    /// Scrolls the current page, logical px, in so many ms.
    fn scroll_page(&self, top: f32, duration: f32);
    /// How the mini-program was started.
    fn launch_options(&self) -> LaunchOptions;
    /// How it came to the front last.
    fn enter_options(&self) -> LaunchOptions;
    /// Runs a callback when what script has changed in this turn has been handed on.
    fn next_tick(&self, realm: &mut dyn Realm, callback: ScriptRef);
    /// Number of the page on top of the stack.
    fn current_page(&self) -> Option<u32>;
    /// A subpackage: that of this name or root, or (type `workers`) the one with the workers.
    fn subpackage(&self, kind: &str, name: Option<&str>) -> Option<Subpackage>;
    /// Has a subpackage brought, if it is not there.
    fn bring(&self, subpackage: &Subpackage, reply: Responder);
}
