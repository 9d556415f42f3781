//! The motion realm: what a frame does there.
//!
//! A follower is a worklet whose result is the style of elements or a shared value. It remembers which values it read, and
//! runs again when one of them is another. So the cost of a frame follows what moved.

use super::animation::{Animation, Run};
use super::crossing::{Crossing, Maker};
use super::events::{self, ToWorklet, WorkletEvent, WorkletOrder};
use super::hub::Task;
use super::makers::{FOLDER, Makers};
use super::sent::{Sent, Side, Slot, Worklet};
use super::styles::declarations;
use super::surface::{Host, Surface};
use crate::bridge::message::{Message, WorkletCall};
use crate::bridge::queue::MailboxSender;
use crate::capability::audit::{AuditConsole, AuditSink};
use crate::realm::{
    Clock, FaultKind, Mulberry32, NativeFunction, Realm, RealmConfig, ScriptEngine, ScriptFault, ScriptRef,
    ScriptResult, ScriptSink,
};
use crate::value::Value;
use pellicle_layout::document::NodeId;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

/// How often in one frame followers may set each other going.
const ROUNDS: u32 = 50;
/// Timers that one frame runs.
const MOST_TIMERS: u32 = 1_000;
/// Promise jobs that one frame runs.
const MOST_JOBS: usize = 10_000;

/// Orders that one frame gives.
const MOST_ORDERS: usize = 1_000;

/// A value and what it is to do; none: stop.
type Move = (Arc<Slot>, Option<Arc<Animation>>);

/// What functions of the realm ask for while they run.
#[derive(Default)]
struct Asked {
    /// The values that the follower reads that runs.
    reading: RefCell<Option<Vec<u64>>>,
    /// Values that are others.
    dirty: RefCell<FxHashSet<u64>>,
    moves: RefCell<Vec<Move>>,
    derived: RefCell<Vec<(Arc<Slot>, ScriptRef)>>,
    orders: RefCell<Vec<WorkletOrder>>,
    mailbox: Option<MailboxSender>,
}

impl Host for Asked {
    fn read(&self, slot: &Arc<Slot>) {
        if let Some(reading) = &mut *self.reading.borrow_mut() {
            reading.push(slot.id);
        }
    }

    fn set(&self, slot: &Arc<Slot>, value: Sent) -> ScriptResult<()> {
        self.moves.borrow_mut().push((slot.clone(), None));
        if slot.set(value) {
            self.dirty.borrow_mut().insert(slot.id);
        }
        Ok(())
    }

    fn animate(&self, slot: &Arc<Slot>, animation: Arc<Animation>) -> ScriptResult<()> {
        self.moves.borrow_mut().push((slot.clone(), Some(animation)));
        Ok(())
    }

    fn cancel(&self, slot: &Arc<Slot>) -> ScriptResult<()> {
        self.moves.borrow_mut().push((slot.clone(), None));
        Ok(())
    }

    fn order(&self, order: WorkletOrder) {
        let mut orders = self.orders.borrow_mut();
        if orders.len() < MOST_ORDERS {
            orders.push(order);
        }
    }

    fn derive(&self, realm: &mut dyn Realm, crossing: &Crossing, function: &ScriptRef) -> ScriptResult<Arc<Slot>> {
        let around = self.reading.borrow_mut().take();
        let first = realm.call(function, &Value::Undefined, &[]);
        self.reading.replace(around);
        let slot = Slot::new(crossing.send(realm, &first?, &Value::Undefined)?);
        self.derived.borrow_mut().push((slot.clone(), function.clone()));
        Ok(slot)
    }

    fn run_on_ui(&self, _: &mut dyn Realm, _: &Rc<Crossing>, function: &ScriptRef) -> ScriptResult<Value> {
        Ok(Value::Script(function.clone()))
    }

    fn run_on_js(&self, realm: &mut dyn Realm, crossing: &Rc<Crossing>, function: &ScriptRef) -> ScriptResult<Value> {
        let stands_for = crossing.stands_for(realm, &Value::Script(function.clone()))?;
        let token = stands_for.as_ref().and_then(|found| match &found.0 {
            Sent::Function(token) => Some(token.clone()),
            Sent::Worklet(worklet) => Some(worklet.token.clone()),
            _ => None,
        });
        let token = token.filter(|token| token.home == Side::Logic);
        let Some(token) = token else {
            return Err(ScriptFault::type_error("runOnJS needs a function of the page, not one of a worklet"));
        };
        let bound = stands_for.map(|found| found.1.clone()).unwrap_or_default();
        let (crossing, mailbox) = (crossing.clone(), self.mailbox.clone());
        let run: NativeFunction = Rc::new(move |realm, _, arguments| {
            let mut sent = bound.clone();
            for argument in arguments {
                sent.push(crossing.send(realm, argument, &Value::Undefined)?);
            }
            let call = WorkletCall { function: token.id, arguments: sent, keep: token.clone() };
            if let Some(mailbox) = &mailbox {
                mailbox.send(Message::Worklet(call)).map_err(|e| ScriptFault::error("RangeError", e.to_string()))?;
            }
            Ok(Value::Undefined)
        });
        Ok(Value::Script(realm.function("runOnJS", 0, run)))
    }
}

/// Where the result of a follower goes.
enum Follows {
    Style { id: u32, nodes: Vec<NodeId> },
    Value(Weak<Slot>),
}

struct Follower {
    function: ScriptRef,
    follows: Follows,
    reads: Vec<u64>,
    fresh: bool,
}

/// The motion realm.
pub(super) struct Motion {
    // Handles into the realm go before it.
    followers: BTreeMap<u32, Follower>,
    next: u32,
    /// Who reads a value.
    readers: FxHashMap<u64, Vec<u32>>,
    running: Vec<(Arc<Slot>, Run)>,
    /// Who hears the events of an element.
    listeners: FxHashMap<NodeId, Vec<(WorkletEvent, ScriptRef)>>,
    /// Declarations of each style of an element.
    styles: FxHashMap<NodeId, BTreeMap<u32, String>>,
    asked: Rc<Asked>,
    crossing: Rc<Crossing>,
    sink: Rc<dyn ScriptSink>,
    realm: Box<dyn Realm>,
}

impl Motion {
    /// A realm on the current thread.
    pub fn new(
        engine: ScriptEngine,
        clock: Arc<dyn Clock>,
        audit: Arc<dyn AuditSink>,
        mailbox: Option<MailboxSender>,
    ) -> Result<Motion, String> {
        let makers = Makers::default();
        let sink = AuditConsole::sink(audit);
        // Another sequence of numbers than the program's own script sees, the same in every run on the same clock.
        let random = Box::new(Mulberry32::new(clock.now() as u32));
        let config = RealmConfig { engine, code: None, package: makers.sources(), clock, random, sink: sink.clone() };
        let text = |fault: ScriptFault| fault.to_string();
        let mut realm = crate::realm::open(config).map_err(text)?;
        let asked = Rc::new(Asked { mailbox, ..Asked::default() });
        let maker: Maker = Box::new(move |crossing, realm, worklet| makers.make(crossing, realm, worklet));
        let crossing = Rc::new(Crossing::new(Side::Motion, Some(maker)));
        let surface = Rc::new(Surface { crossing: crossing.clone(), host: asked.clone() });
        let worklet = surface.install(&mut *realm).map_err(text)?;
        realm.set_global("wx", Value::object([("worklet", Value::Script(worklet))])).map_err(text)?;
        Ok(Motion {
            followers: BTreeMap::new(),
            next: 0,
            readers: FxHashMap::default(),
            running: Vec::new(),
            listeners: FxHashMap::default(),
            styles: FxHashMap::default(),
            asked,
            crossing,
            sink,
            realm,
        })
    }

    /// Does what a frame is to do; true if something moves by itself.
    ///
    /// # Errors
    /// Why the realm cannot be used any more.
    pub fn frame(
        &mut self,
        now: f64,
        tasks: Vec<Task>,
        told: &[ToWorklet],
        gone: &[NodeId],
        out: &mut Vec<(NodeId, Arc<str>)>,
    ) -> Result<bool, String> {
        let mut changed = FxHashSet::default();
        self.forget(gone);
        for task in tasks {
            self.perform(task, &mut changed);
            self.take_moves(now);
        }
        for _ in 0..MOST_TIMERS {
            if !self.realm.run_timer() {
                break;
            }
        }
        self.realm.run_jobs(MOST_JOBS);
        self.take_moves(now);
        for event in told {
            self.hear(event, now);
            self.take_moves(now);
        }
        self.animate(now);
        self.follow(now, &mut changed);
        for node in changed {
            let all: String = self.styles.get(&node).into_iter().flat_map(|styles| styles.values()).cloned().collect();
            out.push((node, all.into()));
        }
        out.sort_by_key(|(node, _)| *node);
        self.realm.idle();
        match self.realm.broken() {
            Some(reason) => Err(reason),
            None => Ok(!self.running.is_empty() || self.realm.next_timer().is_some()),
        }
    }

    /// What functions have ordered in the last frame.
    pub fn take_orders(&mut self) -> Vec<WorkletOrder> {
        std::mem::take(&mut *self.asked.orders.borrow_mut())
    }

    fn hear(&mut self, event: &ToWorklet, now: f64) {
        let listeners = self.listeners.get(&event.node).map(Vec::as_slice).unwrap_or_default();
        let functions: SmallVec<[ScriptRef; 1]> =
            listeners.iter().filter(|(of, _)| *of == event.event).map(|(_, function)| function.clone()).collect();
        for function in functions {
            let argument = self.crossing.receive(&mut *self.realm, &events::argument(event, now));
            let result = argument.and_then(|argument| self.realm.call(&function, &Value::Undefined, &[argument]));
            if let (Some(Value::Number(speed)), WorkletEvent::Deceleration) = (self.told(result), event.event)
                && (speed as f32).is_finite()
            {
                self.asked.order(WorkletOrder::RunOn(event.node, speed as f32));
            }
        }
    }

    fn told<T>(&self, result: ScriptResult<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(mut fault) => {
                for frame in &mut fault.stack {
                    let own =
                        frame.file.strip_prefix(FOLDER).and_then(|rest| rest.trim_start_matches('/').split_once('/'));
                    if let Some((_, file)) = own {
                        frame.file = file.to_owned();
                    }
                }
                if fault.kind != FaultKind::Fatal {
                    self.sink.fault("worklet", &fault);
                }
                None
            }
        }
    }

    fn call(&mut self, function: &Sent, arguments: &[Value]) -> Option<Value> {
        let called = match self.crossing.receive(&mut *self.realm, function) {
            Ok(Value::Script(function)) => self.realm.call(&function, &Value::Undefined, arguments),
            Ok(_) => return None,
            Err(fault) => Err(fault),
        };
        self.told(called)
    }

    fn perform(&mut self, task: Task, changed: &mut FxHashSet<NodeId>) {
        match task {
            Task::Apply { style, nodes, worklet } => self.add(&worklet, Follows::Style { id: style, nodes }),
            Task::Derive { slot, worklet } => self.add(&worklet, Follows::Value(Arc::downgrade(&slot))),
            Task::Clear { nodes, styles } => {
                let cleared = |style: u32| styles.as_ref().is_none_or(|styles| styles.contains(&style));
                for node in &nodes {
                    if let Some(held) = self.styles.get_mut(node) {
                        held.retain(|style, _| !cleared(*style));
                        changed.insert(*node);
                    }
                }
                self.leave(|style, node| cleared(style) && nodes.contains(&node));
            }
            Task::Run { worklet, arguments } => {
                let arguments: ScriptResult<Vec<Value>> =
                    arguments.iter().map(|a| self.crossing.receive(&mut *self.realm, a)).collect();
                if let Some(arguments) = self.told(arguments) {
                    self.call(&Sent::Worklet(worklet), &arguments);
                }
            }
            Task::Changed(slot) => {
                slot.changed.store(false, Ordering::Release);
                self.asked.dirty.borrow_mut().insert(slot.id);
                self.asked.moves.borrow_mut().push((slot, None));
            }
            Task::Animate { slot, animation } => self.asked.moves.borrow_mut().push((slot, Some(animation))),
            Task::Cancel(slot) => self.asked.moves.borrow_mut().push((slot, None)),
            Task::Listen { node, event, worklet } => {
                let made = self.crossing.receive(&mut *self.realm, &Sent::Worklet(worklet));
                if let Some(Value::Script(function)) = self.told(made) {
                    self.listeners.entry(node).or_default().push((event, function));
                }
            }
        }
    }

    fn add(&mut self, worklet: &Arc<Worklet>, follows: Follows) {
        let made = self.crossing.receive(&mut *self.realm, &Sent::Worklet(worklet.clone()));
        if let Some(Value::Script(function)) = self.told(made) {
            self.add_function(function, follows);
        }
    }

    fn add_function(&mut self, function: ScriptRef, follows: Follows) {
        self.next = self.next.wrapping_add(1);
        self.followers.insert(self.next, Follower { function, follows, reads: Vec::new(), fresh: true });
    }

    /// Elements are gone.
    fn forget(&mut self, gone: &[NodeId]) {
        if gone.is_empty() {
            return;
        }
        let mut styled: SmallVec<[NodeId; 8]> = SmallVec::new();
        for node in gone {
            self.listeners.remove(node);
            if self.styles.remove(node).is_some() {
                styled.push(*node);
            }
        }
        if !styled.is_empty() {
            self.leave(|_, node| styled.contains(&node));
        }
    }

    /// Takes elements from followers; a follower without any goes.
    fn leave(&mut self, leaves: impl Fn(u32, NodeId) -> bool) {
        let readers = &mut self.readers;
        self.followers.retain(|number, follower| {
            let Follows::Style { id, nodes } = &mut follower.follows else { return true };
            nodes.retain(|node| !leaves(*id, *node));
            if nodes.is_empty() {
                unread(readers, *number, &follower.reads);
            }
            !nodes.is_empty()
        });
    }

    /// Starts and stops what functions have asked for.
    fn take_moves(&mut self, now: f64) {
        for _ in 0..ROUNDS {
            let moves = std::mem::take(&mut *self.asked.moves.borrow_mut());
            let derived = std::mem::take(&mut *self.asked.derived.borrow_mut());
            if moves.is_empty() && derived.is_empty() {
                return;
            }
            for (slot, function) in derived {
                self.add_function(function, Follows::Value(Arc::downgrade(&slot)));
            }
            let mut told = Vec::new();
            for (slot, animation) in moves {
                if let Some(at) = self.running.iter().position(|(running, _)| running.id == slot.id) {
                    told.extend(self.running.remove(at).1.listeners());
                }
                if let Some(animation) = animation {
                    let from = slot.get().number().unwrap_or(0.0);
                    self.running.push((slot, Run::new(animation, from, now)));
                }
            }
            for listener in told {
                self.call(&listener, &[Value::Bool(false)]);
            }
        }
    }

    fn animate(&mut self, now: f64) {
        if self.running.is_empty() {
            return;
        }
        let mut running = std::mem::take(&mut self.running);
        let mut told = Vec::new();
        running.retain_mut(|(slot, run)| {
            let step = run.step(now, &mut |function, t| match self.call(function, &[Value::Number(t)]) {
                Some(Value::Number(n)) => n,
                _ => t,
            });
            if slot.set(step.value) {
                self.asked.dirty.borrow_mut().insert(slot.id);
            }
            told.extend(step.told);
            !step.ended
        });
        // Curves of script may have started others.
        running.append(&mut self.running);
        self.running = running;
        for listener in told {
            if !matches!(listener, Sent::Undefined) {
                self.call(&listener, &[Value::Bool(true)]);
            }
        }
        self.take_moves(now);
    }

    /// Runs the followers of values that are others, until none is.
    fn follow(&mut self, now: f64, changed: &mut FxHashSet<NodeId>) {
        let mut due: Vec<u32> = self.followers.iter().filter(|(_, f)| f.fresh).map(|(number, _)| *number).collect();
        for round in 0.. {
            let dirty = std::mem::take(&mut *self.asked.dirty.borrow_mut());
            due.extend(dirty.iter().filter_map(|slot| self.readers.get(slot)).flatten());
            due.sort_unstable();
            due.dedup();
            if due.is_empty() {
                return;
            }
            if round >= ROUNDS {
                let fault = ScriptFault::error("RangeError", "worklets set each other going without an end");
                self.told::<()>(Err(fault));
                return;
            }
            for number in std::mem::take(&mut due) {
                self.run_follower(number, changed);
            }
            self.take_moves(now);
            due.extend(self.followers.iter().rev().take_while(|(_, f)| f.fresh).map(|(number, _)| *number));
        }
    }

    fn run_follower(&mut self, number: u32, changed: &mut FxHashSet<NodeId>) {
        let Some(follower) = self.followers.get_mut(&number) else { return };
        follower.fresh = false;
        let function = follower.function.clone();
        let is_style = matches!(follower.follows, Follows::Style { .. });
        self.asked.reading.replace(Some(Vec::new()));
        let result = self.realm.call(&function, &Value::Undefined, &[]);
        let mut reads = self.asked.reading.take().unwrap_or_default();
        reads.sort_unstable();
        reads.dedup();
        let result = self.told(result);
        let text = result.as_ref().filter(|_| is_style).map(|value| declarations(&mut *self.realm, value));
        let text = text.and_then(|text| self.told(text));
        let Some(follower) = self.followers.get_mut(&number) else { return };
        if follower.reads != reads {
            unread(&mut self.readers, number, &follower.reads);
            for slot in &reads {
                self.readers.entry(*slot).or_default().push(number);
            }
            follower.reads = reads;
        }
        match &follower.follows {
            Follows::Style { id, nodes } => {
                let Some(text) = text else { return };
                for node in nodes {
                    let held = self.styles.entry(*node).or_default();
                    if held.get(id).is_none_or(|old| *old != text) {
                        held.insert(*id, text.clone());
                        changed.insert(*node);
                    }
                }
            }
            Follows::Value(slot) => match (slot.upgrade(), result) {
                (Some(slot), Some(value)) => {
                    let sent = self.crossing.send(&mut *self.realm, &value, &Value::Undefined);
                    if let Some(sent) = self.told(sent)
                        && slot.set(sent)
                    {
                        self.asked.dirty.borrow_mut().insert(slot.id);
                    }
                }
                (None, _) => {
                    unread(&mut self.readers, number, &follower.reads);
                    self.followers.remove(&number);
                }
                _ => {}
            },
        }
    }
}

fn unread(readers: &mut FxHashMap<u64, Vec<u32>>, number: u32, reads: &[u64]) {
    for slot in reads {
        if let Some(list) = readers.get_mut(slot) {
            list.retain(|reader| *reader != number);
            if list.is_empty() {
                readers.remove(slot);
            }
        }
    }
}
