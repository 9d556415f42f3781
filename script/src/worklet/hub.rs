//! The motion thread: started when a program first uses it, told what to do by script, asked for styles by frames.

use super::animation::Animation;
use super::events::{self, ToWorklet, WorkletEvent, WorkletOrder};
use super::motion::Motion;
use super::sent::{Sent, Slot, Worklet};
use crate::bridge::outbox::WakeHost;
use crate::bridge::queue::MailboxSender;
use crate::capability::audit::{AuditSink, Record};
use crate::realm::{Clock, LOGIC_STACK_BYTES, ScriptEngine, ScriptFault, ScriptResult};
use crate::sandbox::{self, Ending};
use pellicle_layout::document::NodeId;
use serde::{Deserialize, Serialize};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longest time that a frame waits for worklets.
const SHARE: Duration = Duration::from_millis(4);
/// The same on a virtual clock, where a frame is to be the same every time.
const PATIENCE: Duration = Duration::from_secs(20);
/// Orders that may wait for a frame.
pub(crate) const MOST_ORDERS: usize = 1_000;
/// Things to do that script may have put off to the next frame.
const MOST_TASKS: usize = 10_000;

/// Something that the motion thread is to do.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub(super) enum Task {
    /// Elements follow the styles that a worklet gives.
    Apply {
        style: u32,
        nodes: Vec<NodeId>,
        worklet: Arc<Worklet>,
    },
    /// Elements follow styles no more.
    Clear {
        nodes: Vec<NodeId>,
        styles: Option<Vec<u32>>,
    },
    /// A shared value follows a worklet.
    Derive {
        slot: Arc<Slot>,
        worklet: Arc<Worklet>,
    },
    Run {
        worklet: Arc<Worklet>,
        arguments: Vec<Sent>,
    },
    /// Script has set a shared value.
    Changed(Arc<Slot>),
    Animate {
        slot: Arc<Slot>,
        animation: Arc<Animation>,
    },
    Cancel(Arc<Slot>),
    /// A worklet hears an event of an element.
    Listen {
        node: NodeId,
        event: WorkletEvent,
        worklet: Arc<Worklet>,
    },
}

/// Asks a motion thread in another process for the styles of a frame: its time, elements that are gone, and what has
/// happened.
pub(crate) type AskElsewhere = Arc<dyn Fn(f64, Vec<NodeId>, Vec<ToWorklet>) + Send + Sync>;

/// What a motion thread has made of a frame, or brings without one.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct MotionAnswer {
    /// Declarations for each element whose styles are others now.
    pub styles: Vec<(NodeId, Arc<str>)>,
    /// What is wanted of elements.
    pub orders: Vec<WorkletOrder>,
    /// Something moves by itself.
    pub active: bool,
    /// Worklets hear events of elements.
    pub listens: bool,
}

/// What a motion thread runs on.
pub struct MotionConfig {
    /// The script engine that they run on.
    pub engine: ScriptEngine,
    /// Its time, for timers and dates.
    pub clock: Arc<dyn Clock>,
    /// True if that time moves only in steps: frames then wait until worklets are done.
    pub steps: bool,
    /// Where console lines and faults are recorded.
    pub audit: Arc<dyn AuditSink>,
    /// Called when a frame is wanted.
    pub wake: WakeHost,
}

#[derive(Default)]
struct State {
    mailbox: Option<MailboxSender>,
    tasks: Vec<Task>,
    /// The frame that is asked for: its time, and elements that are gone.
    frame: Option<(f64, Vec<NodeId>)>,
    /// A frame is worked on.
    busy: bool,
    /// The frame that is worked on was not waited for to its end.
    late: bool,
    styles: Vec<(NodeId, Arc<str>)>,
    /// What has happened to elements whose events worklets hear.
    told: Vec<ToWorklet>,
    orders: Vec<WorkletOrder>,
    /// Something moves by itself.
    active: bool,
    started: bool,
    /// What asks the thread, where it is in another process.
    elsewhere: Option<AskElsewhere>,
    /// It has something to do there.
    wanted: bool,
    /// The thread is to end, or has ended.
    closed: bool,
}

struct Shared {
    config: MotionConfig,
    /// Worklets hear events of elements.
    listens: AtomicBool,
    state: Mutex<State>,
    /// Rung for the motion thread.
    asked: Condvar,
    /// Rung for the frame.
    answered: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A frame is worked out.
    fn finish(
        &self,
        mut state: MutexGuard<'_, State>,
        mut styles: Vec<(NodeId, Arc<str>)>,
        mut orders: Vec<WorkletOrder>,
        active: bool,
    ) {
        orders.truncate(MOST_ORDERS.saturating_sub(state.orders.len()));
        state.orders.append(&mut orders);
        state.styles.append(&mut styles);
        (state.busy, state.active) = (false, active);
        let wake = state.late && !state.closed;
        drop(state);
        self.answered.notify_all();
        if wake {
            (self.config.wake)();
        }
    }
}

/// The hold that logic and render thread have on a motion thread; cheap to clone.
#[derive(Clone)]
pub struct MotionHub(Arc<Shared>);

impl MotionHub {
    /// A hub whose thread is not started yet.
    pub fn new(config: MotionConfig) -> MotionHub {
        let state = Mutex::default();
        let listens = AtomicBool::new(false);
        MotionHub(Arc::new(Shared { config, listens, state, asked: Condvar::new(), answered: Condvar::new() }))
    }

    /// True if time moves only in steps.
    pub fn is_stepped(&self) -> bool {
        self.0.config.steps
    }

    /// Where calls for the logic thread go.
    pub fn attach(&self, mailbox: MailboxSender) {
        self.0.lock().mailbox = Some(mailbox);
    }

    /// Puts something off to the next frame.
    pub(super) fn send(&self, task: Task) -> ScriptResult<()> {
        let mut state = self.0.lock();
        if state.closed {
            return Ok(());
        }
        if state.tasks.len() >= MOST_TASKS {
            let message = format!("more than {MOST_TASKS} things wait for the motion thread");
            return Err(ScriptFault::error("RangeError", message));
        }
        state.tasks.push(task);
        let wanted = state.tasks.len() == 1;
        let start = !std::mem::replace(&mut state.started, true);
        drop(state);
        if start {
            self.start();
        }
        if wanted {
            (self.0.config.wake)();
        }
        Ok(())
    }

    /// Script has set a shared value: told once until the motion thread has seen it.
    pub(super) fn changed(&self, slot: &Arc<Slot>) -> ScriptResult<()> {
        // Nobody can follow a value before the thread is there.
        if !self.0.lock().started || slot.changed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.send(Task::Changed(slot.clone()))
    }

    /// Lets a worklet hear an event of an element.
    pub(super) fn listen(&self, node: NodeId, event: WorkletEvent, worklet: Arc<Worklet>) -> ScriptResult<()> {
        self.0.listens.store(true, Ordering::Release);
        self.send(Task::Listen { node, event, worklet })
    }

    /// True if worklets hear events of elements.
    pub fn listens(&self) -> bool {
        self.0.listens.load(Ordering::Acquire)
    }

    /// Tells worklets of an event at the next frame.
    pub fn tell(&self, event: ToWorklet) {
        let mut state = self.0.lock();
        if state.started && !state.closed {
            events::add(&mut state.told, event);
        }
    }

    /// Puts an order for the render thread.
    pub(super) fn order(&self, order: WorkletOrder) {
        let mut state = self.0.lock();
        if !state.closed && state.orders.len() < MOST_ORDERS {
            state.orders.push(order);
            drop(state);
            (self.0.config.wake)();
        }
    }

    /// What worklets have ordered since the last call.
    pub fn take_orders(&self) -> Vec<WorkletOrder> {
        std::mem::take(&mut self.0.lock().orders)
    }

    /// The thread is in another process, which is asked by this.
    pub(crate) fn live_elsewhere(&self, ask: AskElsewhere) {
        self.0.lock().elsewhere = Some(ask);
    }

    /// The thread in another process has something to do at the next frame, or `orders` something at once.
    pub(crate) fn wanted_elsewhere(&self, wanted: bool, listens: bool, mut orders: Vec<WorkletOrder>) {
        self.0.listens.store(listens, Ordering::Release);
        let mut state = self.0.lock();
        if state.elsewhere.is_none() || state.closed {
            return;
        }
        state.started = true;
        state.wanted |= wanted;
        orders.truncate(MOST_ORDERS.saturating_sub(state.orders.len()));
        state.orders.append(&mut orders);
        drop(state);
        (self.0.config.wake)();
    }

    /// The thread in another process has answered.
    pub(crate) fn answered_elsewhere(&self, answer: MotionAnswer) {
        self.0.listens.store(answer.listens, Ordering::Release);
        let state = self.0.lock();
        // What was not asked for is not taken in.
        if state.elsewhere.is_some() && state.busy {
            self.0.finish(state, answer.styles, answer.orders, answer.active);
        }
    }

    /// Works on a frame for another process, to its end.
    pub(crate) fn frame(&self, now: f64, mut gone: Vec<NodeId>, told: Vec<ToWorklet>) -> MotionAnswer {
        for event in told {
            self.tell(event);
        }
        self.begin(now, &mut gone);
        let state = self.0.lock();
        let waited = self.0.answered.wait_while(state, |state| state.busy && !state.closed);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        MotionAnswer {
            styles: std::mem::take(&mut state.styles),
            orders: std::mem::take(&mut state.orders),
            active: state.active,
            listens: self.listens(),
        }
    }

    fn start(&self) {
        let shared = self.0.clone();
        // It is charged to the mini-program that starts it.
        let sandbox = sandbox::current();
        let body = move || {
            let parked = shared.clone();
            let _member = sandbox.map(|sandbox| {
                sandbox.enter_thread(false, move |ending| {
                    if ending == Ending::Rests {
                        // The next frame ends it.
                        return;
                    }
                    let message = "worklets do not run any more: their thread was parked".to_owned();
                    parked.config.audit.record(Record::Warning(message));
                    close(&parked);
                })
            });
            let outcome = catch_unwind(AssertUnwindSafe(|| run(&shared)));
            let message = match outcome {
                Ok(Ok(())) => None,
                Ok(Err(message)) => Some(message),
                Err(_) => Some("the motion thread failed".to_owned()),
            };
            if let Some(message) = message {
                shared.config.audit.record(Record::Warning(format!("worklets do not run any more: {message}")));
            }
            close(&shared);
        };
        let thread = std::thread::Builder::new().name("pellicle-motion".to_owned()).stack_size(LOGIC_STACK_BYTES);
        if let Err(error) = thread.spawn(body) {
            let message = format!("worklets do not run: there is no thread for them: {error}");
            self.0.config.audit.record(Record::Warning(message));
            close(&self.0);
        }
    }

    /// Asks for the styles of a frame at a time, ms. `gone` are elements that are no more.
    pub fn begin(&self, now: f64, gone: &mut Vec<NodeId>) {
        let mut state = self.0.lock();
        if !state.started || state.closed {
            gone.clear();
            return;
        }
        let idle = state.tasks.is_empty() && !state.wanted && state.told.is_empty() && !state.active && gone.is_empty();
        if state.busy || idle {
            return;
        }
        (state.busy, state.late) = (true, false);
        let gone = std::mem::take(gone);
        if let Some(ask) = state.elsewhere.clone() {
            state.wanted = false;
            let told = std::mem::take(&mut state.told);
            drop(state);
            ask(now, gone, told);
            return;
        }
        state.frame = Some((now, gone));
        drop(state);
        self.0.asked.notify_all();
    }

    /// Waits for the styles that were asked for, at most the share of a frame, and hands over those that have come:
    /// declarations for each element whose styles are others now.
    pub fn collect(&self, mut take: impl FnMut(NodeId, Arc<str>)) {
        let mut state = self.0.lock();
        if state.busy && !state.late {
            let patience = if self.0.config.steps { PATIENCE } else { SHARE };
            let waited = self.0.answered.wait_timeout_while(state, patience, |state| state.busy && !state.closed);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state.late = state.busy;
        }
        let styles = std::mem::take(&mut state.styles);
        drop(state);
        for (node, style) in styles {
            take(node, style);
        }
    }

    /// True if the next frame has something to ask for.
    pub fn needs_frame(&self) -> bool {
        let state = self.0.lock();
        let wanted = state.active
            || state.wanted
            || !state.tasks.is_empty()
            || !state.told.is_empty()
            || !state.orders.is_empty();
        // One that is late wakes the host itself.
        let late = state.busy && state.late;
        wanted && !late && !state.closed
    }

    /// Ends the thread.
    pub fn close(&self) {
        close(&self.0);
    }
}

fn close(shared: &Shared) {
    let mut state = shared.lock();
    (state.closed, state.busy, state.active) = (true, false, false);
    let tasks = std::mem::take(&mut state.tasks);
    drop(state);
    // Values may go with them, which take locks of their own.
    drop(tasks);
    shared.asked.notify_all();
    shared.answered.notify_all();
}

/// The thread: one frame after the other.
fn run(shared: &Shared) -> Result<(), String> {
    let config = &shared.config;
    let mailbox = shared.lock().mailbox.clone();
    let mut motion = Motion::new(config.engine, config.clock.clone(), config.audit.clone(), mailbox)?;
    loop {
        let (now, gone, tasks, told) = {
            let state = shared.lock();
            let waited = shared.asked.wait_while(state, |state| state.frame.is_none() && !state.closed);
            let mut state = waited.unwrap_or_else(PoisonError::into_inner);
            if state.closed {
                return Ok(());
            }
            let Some((now, gone)) = state.frame.take() else { continue };
            (now, gone, std::mem::take(&mut state.tasks), std::mem::take(&mut state.told))
        };
        let mut styles = Vec::new();
        let active = {
            let _turn = sandbox::turn("worklets");
            motion.frame(now, tasks, &told, &gone, &mut styles)?
        };
        shared.finish(shared.lock(), styles, motion.take_orders(), active);
    }
}
