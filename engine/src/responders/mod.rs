//! Event responders: functions of wxs that answer a touch within its frame, on the render side, whatever script does.
//!
//! Templates name them as handlers (`bind:touchmove="{{m.move}}"`) and as observers of attributes
//! (`change:prop="{{m.changed}}"`). The logic side finds out which function is meant and says so with the element
//! ([`pellicle_script::wxs::responder`]); it runs here, on the machine of expressions, in instances of the modules that
//! belong to the page and to this side: they share no state with those that expressions call. What a function asks of
//! script goes as a message, everything else happens at once. It ends by its fuel; then the frame goes on without it.
//!
//! | module | models |
//! | --- | --- |
//! | `world` | what functions see and change while they run |
//! | `descriptor` | `ownerInstance`, `event.instance` and what `selectComponent` finds |
//! | `event` | the event object |
//! | [`compound`] | a part of a selector against an element |

pub mod compound;
mod descriptor;
mod event;
mod world;

use descriptor::Descriptor;
use pellicle_layout::document::{AttributeValue, Document, NodeId};
use pellicle_layout::flow::BoxTree;
use pellicle_script::api::convert::value_of;
use pellicle_script::bridge::event::EventMessage;
use pellicle_script::bridge::message::Response;
use pellicle_script::capability::audit::{AuditConsole, AuditSink, Record};
use pellicle_script::package::{PackageSource, read_text};
use pellicle_script::realm::Clock;
use pellicle_script::value::Value;
use pellicle_script::vm::{Limits, Machine, World as Surroundings};
use pellicle_script::wxs::responder::{self, Place};
use pellicle_script::wxs::{WxsLibrary, WxsRuntime};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use world::World;

/// Steps that one function may take: a few milliseconds of a frame.
const FUEL: u64 = 400_000;
/// Bytes that one function may make.
const ALLOCATION: usize = 16 << 20;

/// What has come of an event.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answer {
    /// A function returned `false`: nothing further hears of the event, and nothing scrolls for it.
    pub prevented: bool,
    /// A function ran.
    pub ran: bool,
    /// What is asked of script, in order.
    pub responses: Vec<Response>,
}

/// What an observer was told last.
struct Observed {
    /// The attribute.
    name: Arc<str>,
    value: AttributeValue,
    /// How often it had been set to what it was.
    again: u8,
}

/// The responders of all pages of a mini-program.
pub struct Responders {
    machine: Machine,
    library: Rc<RefCell<WxsLibrary>>,
    pages: FxHashMap<NodeId, WxsRuntime>,
    world: Rc<World>,
    /// Each attribute that is observed.
    observed: FxHashMap<NodeId, Vec<Observed>>,
    audit: Arc<dyn AuditSink>,
}

impl std::fmt::Debug for Responders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Responders").field("pages", &self.pages.len()).finish()
    }
}

impl Responders {
    /// Responders of a package. Console lines, faults and what is found in files go to `audit`.
    pub fn new(package: Arc<dyn PackageSource>, clock: Arc<dyn Clock>, audit: Arc<dyn AuditSink>) -> Responders {
        let tell = audit.clone();
        let diagnostics = Rc::new(move |found| tell.record(Record::Finding(found)));
        let host = Rc::new(Surroundings::new(clock, AuditConsole::sink(audit.clone()), diagnostics));
        let limits = Limits { fuel: FUEL, allocation: ALLOCATION, ..Limits::default() };
        let source = Rc::new(move |path: &str| read_text(&*package, path));
        Responders {
            machine: Machine::new(host, limits),
            library: Rc::new(RefCell::new(WxsLibrary::new(source))),
            pages: FxHashMap::default(),
            world: Rc::default(),
            observed: FxHashMap::default(),
            audit,
        }
    }

    /// Runs the functions that an event is for, in the order of its steps, and takes them out of these.
    pub fn respond(
        &mut self,
        document: &mut Document,
        boxes: &mut BoxTree,
        name: &str,
        message: &mut EventMessage,
        now: f64,
    ) -> Answer {
        let mut answer = Answer::default();
        let responds = |node| document.attribute(node, responder::ON).is_some();
        if !message.steps.iter().any(|step| responds(step.node)) {
            return answer;
        }
        self.world.lend(document, boxes, now);
        let mut at = 0;
        while at < message.steps.len() && !answer.prevented {
            let step = message.steps[at];
            let lines = self.world.text(step.node, responder::ON);
            let mut left = step.flags;
            for line in responder::read(&lines).filter(|line| line.name == name && step.flags & line.flags != 0) {
                left &= !line.flags;
                let event = event::object(&self.world, name, message, step.node);
                let arguments = [event, Descriptor::owner_of(&self.world, step.node)];
                let returned = self.call(step.node, line.place, &arguments);
                answer.ran = true;
                answer.prevented |= matches!(returned, Value::Bool(false));
            }
            match left {
                0 => {
                    message.steps.remove(at);
                }
                left => {
                    message.steps[at].flags = left;
                    at += 1;
                }
            }
        }
        if answer.prevented {
            message.steps.truncate(at);
        }
        self.take_back(document, boxes, &mut answer);
        answer
    }

    /// Tells observers which attributes have other values now. `attributes` are those that commits have set.
    pub fn observe<'a>(
        &mut self,
        document: &mut Document,
        boxes: &mut BoxTree,
        attributes: impl Iterator<Item = (NodeId, &'a str)>,
        now: f64,
    ) -> Answer {
        let mut answer = Answer::default();
        let Some(change) = document.names.get(responder::CHANGE) else { return answer };
        // Each element once, in the order in which it came first.
        let mut elements: Vec<NodeId> = Vec::new();
        let mut known: FxHashSet<NodeId> = FxHashSet::default();
        for (node, _) in attributes {
            let observes = document.node(node).is_some_and(|n| n.attribute(change).is_some());
            if observes && known.insert(node) {
                elements.push(node);
            }
        }
        if elements.is_empty() {
            return answer;
        }
        self.world.lend(document, boxes, now);
        for node in elements {
            let lines = self.world.text(node, responder::CHANGE);
            let mut twice = Vec::new();
            for line in responder::read(&lines) {
                let new = self.world.attribute(node, line.name).unwrap_or(AttributeValue::Null);
                let known = self.observed.entry(node).or_default();
                let old = match known.iter_mut().find(|known| *known.name == *line.name) {
                    Some(known) if known.value == new && known.again == line.flags => continue,
                    Some(known) => {
                        known.again = line.flags;
                        Some(std::mem::replace(&mut known.value, new.clone()))
                    }
                    None => {
                        let (name, value) = (Arc::from(line.name), new.clone());
                        known.push(Observed { name, value, again: line.flags });
                        // Made and set again in one turn: after the first values of all, each of these comes once more.
                        if line.flags > 0 {
                            twice.push((line.place, new.clone()));
                        }
                        None
                    }
                };
                self.tell_observer(node, line.place, &new, old.as_ref());
                answer.ran = true;
            }
            for (place, same) in twice {
                self.tell_observer(node, place, &same, Some(&same));
            }
        }
        self.take_back(document, boxes, &mut answer);
        answer
    }

    fn tell_observer(&mut self, node: NodeId, place: Place<'_>, new: &AttributeValue, old: Option<&AttributeValue>) {
        let arguments = [
            value(new),
            old.map(value).unwrap_or_default(),
            Descriptor::owner_of(&self.world, node),
            Descriptor::element(&self.world, node),
        ];
        self.call(node, place, &arguments);
    }

    /// Runs what functions have put off to this time.
    pub fn advance(&mut self, document: &mut Document, boxes: &mut BoxTree, now: f64) -> Answer {
        let mut answer = Answer::default();
        let due = self.world.due(now);
        if due.is_empty() {
            return answer;
        }
        self.world.lend(document, boxes, now);
        for function in due {
            self.run(&function, &[Value::Number(now)]);
            answer.ran = true;
        }
        self.take_back(document, boxes, &mut answer);
        answer
    }

    /// When something that was put off is due next, ms.
    pub fn next_due(&self) -> Option<f64> {
        self.world.next_due()
    }

    /// Nodes that are gone take along what was kept for them.
    pub fn forget(&mut self, removed: &[NodeId]) {
        if self.pages.is_empty() || removed.is_empty() {
            return;
        }
        let removed: FxHashSet<NodeId> = removed.iter().copied().collect();
        self.observed.retain(|node, _| !removed.contains(node));
        self.pages.retain(|root, _| !removed.contains(root));
        self.world.forget(&removed);
    }

    fn take_back(&mut self, document: &mut Document, boxes: &mut BoxTree, answer: &mut Answer) {
        self.world.give_back(document, boxes);
        answer.responses = self.world.responses();
        for found in self.library.borrow_mut().take_diagnostics() {
            self.audit.record(Record::Finding(found));
        }
    }

    /// Calls the function at a place for an element.
    fn call(&mut self, node: NodeId, place: Place<'_>, arguments: &[Value]) -> Value {
        let page = self.world.page_of(node);
        let runtime = self.pages.entry(page).or_insert_with(|| WxsRuntime::new(self.library.clone()));
        let Some(mut found) = runtime.by_key(&mut self.machine, place.module) else { return Value::Undefined };
        for name in place.path.split('.') {
            found = match &found {
                Value::Object(fields) => fields.borrow().get(name).cloned().unwrap_or_default(),
                _ => Value::Undefined,
            };
        }
        self.run(&found, arguments)
    }

    fn run(&mut self, function: &Value, arguments: &[Value]) -> Value {
        if !matches!(function, Value::Wxs(_)) {
            return Value::Undefined;
        }
        match self.machine.call(function, &Value::Undefined, arguments) {
            Ok(returned) => returned,
            Err(fault) => {
                self.machine.host().fault(&fault);
                Value::Undefined
            }
        }
    }
}

/// The value of an attribute as functions see it.
fn value(attribute: &AttributeValue) -> Value {
    match attribute {
        AttributeValue::Null => Value::Null,
        AttributeValue::Bool(b) => Value::Bool(*b),
        AttributeValue::Number(n) => Value::Number(*n),
        AttributeValue::Text(text) => Value::string(text),
        AttributeValue::Json(text) => serde_json::from_str(text).map(|json| value_of(&json)).unwrap_or_default(),
        AttributeValue::Classes(_) => Value::string(attribute.to_text()),
    }
}
