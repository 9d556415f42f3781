//! What functions see and change while they run: the document and the boxes of the page on top are lent to them.

use super::compound;
use super::value;
use pellicle_layout::document::{AttributeValue, Document, NodeId, ScopeId};
use pellicle_layout::flow::BoxTree;
use pellicle_layout::style::computed_text;
use pellicle_script::bridge::message::Response;
use pellicle_script::value::Value;
use pellicle_script::wxs::responder;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// What functions may ask of script in one run.
const MAX_RESPONSES: usize = 256;
/// Functions that may be put off at once.
const MAX_TIMERS: usize = 256;
/// Time to the next frame at the earliest, ms.
const FRAME: f64 = 1.0;

/// Whose state it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum StateOf {
    /// The component or page with this number.
    Owner(u32),
    /// An element.
    Element(NodeId),
}

/// The component or page whose template an element stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Owner {
    /// Its number.
    pub id: u32,
    /// Its outermost element around the one that was asked about.
    pub top: NodeId,
    /// Its host, or the root of the page. A virtual host is no element.
    pub host: Option<NodeId>,
}

struct State {
    value: Value,
    /// Elements that it was asked for with: it goes with the last of them.
    holders: SmallVec<[NodeId; 1]>,
}

struct Timer {
    id: u32,
    /// Root of the page that it is for.
    page: NodeId,
    due: f64,
    function: Value,
}

/// The world. It holds a document while functions run, an empty one else.
#[derive(Default)]
pub(super) struct World {
    document: RefCell<Document>,
    boxes: RefCell<BoxTree>,
    now: Cell<f64>,
    states: RefCell<FxHashMap<StateOf, State>>,
    responses: RefCell<Vec<Response>>,
    timers: RefCell<Vec<Timer>>,
    next_timer: Cell<u32>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

impl World {
    /// Takes the document and its boxes until they are given back.
    pub fn lend(&self, document: &mut Document, boxes: &mut BoxTree, now: f64) {
        std::mem::swap(&mut *self.document.borrow_mut(), document);
        std::mem::swap(&mut *self.boxes.borrow_mut(), boxes);
        self.now.set(now);
    }

    /// Gives back what was lent.
    pub fn give_back(&self, document: &mut Document, boxes: &mut BoxTree) {
        std::mem::swap(&mut *self.document.borrow_mut(), document);
        std::mem::swap(&mut *self.boxes.borrow_mut(), boxes);
    }

    /// An attribute of an element.
    pub fn attribute(&self, node: NodeId, name: &str) -> Option<AttributeValue> {
        self.document.borrow().attribute(node, name).cloned()
    }

    /// An attribute as text, empty if there is none.
    pub fn text(&self, node: NodeId, name: &str) -> Arc<str> {
        self.attribute(node, name).map_or_else(|| Arc::from(""), |value| value.to_text())
    }

    /// The dataset of an element.
    pub fn dataset(&self, node: NodeId) -> Value {
        self.attribute(node, responder::DATA).map_or_else(|| Value::object::<&str>([]), |data| value(&data))
    }

    /// The id of an element.
    pub fn id(&self, node: NodeId) -> String {
        let document = self.document.borrow();
        document.node(node).map_or_else(String::new, |n| document.names.resolve(n.name).to_string())
    }

    /// Where an element lies, from the top left of the viewport, logical px.
    pub fn offset(&self, node: NodeId) -> (f32, f32) {
        self.boxes.borrow().element_rect(node).map_or((0.0, 0.0), |rect| (rect.x, rect.y))
    }

    /// `{left, top, right, bottom, width, height}`, logical px.
    pub fn rect(&self, node: NodeId) -> Value {
        let rect = self.boxes.borrow().element_rect(node).unwrap_or_default();
        let number = |n: f32| Value::Number(f64::from(n));
        Value::object([
            ("left", number(rect.x)),
            ("top", number(rect.y)),
            ("right", number(rect.x + rect.width)),
            ("bottom", number(rect.y + rect.height)),
            ("width", number(rect.width)),
            ("height", number(rect.height)),
        ])
    }

    /// A computed value of an element.
    pub fn computed(&self, node: NodeId, name: &str) -> Option<String> {
        computed_text(self.document.borrow().node(node)?.style.as_ref()?, name)
    }

    /// The root of the page that an element is on.
    pub fn page_of(&self, node: NodeId) -> NodeId {
        self.document.borrow().ancestors(node).last().map_or(node, |root| root.id)
    }

    /// The component or page whose template an element stands in.
    pub fn owner(&self, node: NodeId) -> Owner {
        let document = self.document.borrow();
        let id = owner_id(&document, node).unwrap_or_default();
        let around = || document.node(node).into_iter().chain(document.ancestors(node));
        let top = around().filter(|n| owner_id(&document, n.id) == Some(id)).last().map_or(node, |n| n.id);
        let scope = document.node(node).map_or(ScopeId::GLOBAL, |n| n.scope);
        let host = match scope {
            ScopeId::GLOBAL => around().last(),
            scope => document.ancestors(top).find(|n| n.host == scope),
        };
        Owner { id, top, host: host.map(|n| n.id) }
    }

    /// The owner of what stands in the template of the component that an element is the host of.
    pub fn hosted(&self, node: NodeId) -> Option<Owner> {
        let document = self.document.borrow();
        let host = document.node(node).map(|n| n.host).filter(|&host| host != ScopeId::GLOBAL)?;
        let mut stack: Vec<NodeId> = document.node(node)?.children.to_vec();
        while let Some(at) = stack.pop() {
            let Some(inner) = document.node(at) else { continue };
            if let Some(id) = owner_id(&document, at).filter(|_| inner.scope == host) {
                return Some(Owner { id, top: at, host: Some(node) });
            }
            stack.extend(&inner.children);
        }
        None
    }

    /// The innermost element around `target` that stands in the template of `current`.
    pub fn retarget(&self, target: NodeId, current: NodeId) -> NodeId {
        let document = self.document.borrow();
        let owner = owner_id(&document, current);
        let mut around = document.node(target).into_iter().chain(document.ancestors(target));
        around.find(|n| owner_id(&document, n.id) == owner || n.id == current).map_or(target, |n| n.id)
    }

    /// The elements of a component's or page's template that a selector of compounds with blanks between them finds, in
    /// tree order.
    pub fn select(&self, owner: Owner, selector: &str, all: bool) -> Vec<NodeId> {
        let document = self.document.borrow();
        let compounds: Vec<&str> = selector.split_ascii_whitespace().filter(|part| *part != ">>>").collect();
        let Some((last, outer)) = compounds.split_last() else { return Vec::new() };
        let root = document.node(owner.top).map_or(NodeId::NONE, |n| n.parent);
        let mut found = Vec::new();
        let mut stack: Vec<NodeId> = document.node(root).map_or_else(|| vec![owner.top], |n| n.children.to_vec());
        stack.reverse();
        while let Some(id) = stack.pop() {
            let Some(node) = document.node(id).filter(|n| n.is_element()) else { continue };
            let own = owner_id(&document, id) == Some(owner.id);
            if own && compound::matches(&document, id, last) && inside(&document, id, root, outer) {
                found.push(id);
                if !all {
                    break;
                }
            }
            stack.extend(node.children.iter().rev());
        }
        found
    }

    /// Puts declarations over an element's style.
    pub fn set_style(&self, node: NodeId, style: &str) {
        self.document.borrow_mut().overlay_style(node, style);
    }

    /// Puts classes on an element or takes them off.
    pub fn set_classes(&self, node: NodeId, names: &str, on: bool) {
        self.document.borrow_mut().overlay_classes(node, names, on);
    }

    /// Whether an element has a class.
    pub fn has_class(&self, node: NodeId, name: &str) -> bool {
        self.document.borrow().has_class(node, name)
    }

    /// The state that is kept for a component or element, asked for with an element of it; `make` makes it where there
    /// is none.
    pub fn state(&self, of: StateOf, holder: NodeId, make: impl FnOnce() -> Value) -> Value {
        let mut states = self.states.borrow_mut();
        let state = states.entry(of).or_insert_with(|| State { value: make(), holders: SmallVec::new() });
        if !state.holders.contains(&holder) {
            state.holders.push(holder);
        }
        state.value.clone()
    }

    /// Asks something of script.
    pub fn ask(&self, response: Response) {
        let mut responses = self.responses.borrow_mut();
        if responses.len() < MAX_RESPONSES {
            responses.push(response);
        }
    }

    /// What was asked since the last call.
    pub fn responses(&self) -> Vec<Response> {
        std::mem::take(&mut self.responses.borrow_mut())
    }

    /// Puts a function of an element's page off by some ms, or to the next frame. Gives its number, 0 if there are too many.
    pub fn put_off(&self, node: NodeId, function: Value, by: Option<f64>) -> u32 {
        let page = self.page_of(node);
        let mut timers = self.timers.borrow_mut();
        if timers.len() >= MAX_TIMERS {
            return 0;
        }
        let id = self.next_timer.get().wrapping_add(1).max(1);
        self.next_timer.set(id);
        let by = by.filter(|by| by.is_finite()).unwrap_or(FRAME).max(FRAME);
        timers.push(Timer { id, page, due: self.now.get() + by, function });
        id
    }

    /// Forgets a function that was put off.
    pub fn cancel(&self, id: u32) {
        self.timers.borrow_mut().retain(|timer| timer.id != id);
    }

    /// Takes out what is due, in the order of its times.
    pub fn due(&self, now: f64) -> Vec<Value> {
        let mut timers = self.timers.borrow_mut();
        if timers.iter().all(|timer| timer.due > now) {
            return Vec::new();
        }
        timers.sort_by(|a, b| a.due.total_cmp(&b.due));
        let count = timers.partition_point(|timer| timer.due <= now);
        timers.drain(..count).map(|timer| timer.function).collect()
    }

    /// When something is due next, ms.
    pub fn next_due(&self) -> Option<f64> {
        self.timers.borrow().iter().map(|timer| timer.due).min_by(f64::total_cmp)
    }

    /// Forgets the states of nodes that are gone, and what the functions of pages that are have put off.
    pub fn forget(&self, removed: &FxHashSet<NodeId>) {
        self.timers.borrow_mut().retain(|timer| !removed.contains(&timer.page));
        self.states.borrow_mut().retain(|_, state| {
            state.holders.retain(|holder| !removed.contains(holder));
            !state.holders.is_empty()
        });
    }
}

/// The number of the instance whose template an element stands in.
fn owner_id(document: &Document, node: NodeId) -> Option<u32> {
    document.attribute(node, responder::OWNER)?.as_number().map(|id| id as u32)
}

/// Whether an element stands inside elements that fit compounds, the outermost first, below `root`.
fn inside(document: &Document, id: NodeId, root: NodeId, compounds: &[&str]) -> bool {
    let mut left = compounds;
    for above in document.ancestors(id).take_while(|n| n.id != root) {
        let Some((next, rest)) = left.split_last() else { break };
        if compound::matches(document, above.id, next) {
            left = rest;
        }
    }
    left.is_empty()
}
