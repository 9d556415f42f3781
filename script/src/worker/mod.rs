//! Workers (`wx.createWorker`): script of the package on a thread of its own, which talks to the program in messages.
//!
//! A worker has a realm of its own with the package's files, timers and a `worker` object, and nothing of the platform.
//! Running free, its thread sleeps until a message or a timer is due. On a virtual clock the logic thread lets it work
//! whenever it has something to do, and waits, so that runs are the same on every machine.

mod run;

use crate::bridge::message::Message;
use crate::bridge::queue::MailboxSender;
use crate::capability::audit::{AuditSink, Record};
use crate::package::PackageSource;
use crate::realm::{Clock, CodeCache, Interrupt, LOGIC_STACK_BYTES, ScriptEngine};
use crate::sandbox::{self, Ending};
use crate::worklet::sent::Sent;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Messages that may wait for a worker.
const MOST_MESSAGES: usize = 1_000;
/// Longest time that a worker may work at a step of a virtual clock.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a worker says to its program.
#[derive(Clone, Debug)]
pub struct WorkerMessage {
    /// Its number.
    pub worker: u32,
    /// What it says; none: it has ended by itself.
    pub message: Option<Sent>,
}

/// What workers are made of.
#[derive(Clone)]
pub struct WorkerSetup {
    /// The script engine that it runs on.
    pub engine: ScriptEngine,
    /// Compiled code that is kept.
    pub code: Option<Arc<CodeCache>>,
    /// The package's files.
    pub package: Arc<dyn PackageSource>,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// That time moves only in steps.
    pub steps: bool,
    /// Where console lines and faults are recorded.
    pub audit: Arc<dyn AuditSink>,
}

#[derive(Default)]
struct State {
    inbox: VecDeque<Sent>,
    /// On a virtual clock: it is to work.
    asked: bool,
    closed: bool,
    /// Its program rests.
    resting: bool,
    next_timer: Option<f64>,
    interrupt: Option<Interrupt>,
}

struct Shared {
    setup: WorkerSetup,
    state: Mutex<State>,
    /// Rung for the worker.
    bell: Condvar,
    /// Rung for a program that waits.
    done: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn close(&self) {
        self.lock().closed = true;
        self.done.notify_all();
    }

    /// The worker has ended by itself.
    fn ended(&self, number: u32, path: &str, mailbox: &MailboxSender, why: &str) {
        self.setup.audit.record(Record::Warning(format!("the worker {path} has ended: {why}")));
        // A program that is gone need not be told.
        let _ = mailbox.send(Message::Worker(WorkerMessage { worker: number, message: None }));
        self.close();
    }
}

/// A program's hold on a worker, which ends with it.
pub struct Worker(Arc<Shared>);

impl Worker {
    /// Starts a worker with a file of the package.
    ///
    /// # Errors
    /// The system's, if there can be no thread.
    pub fn start(setup: WorkerSetup, number: u32, path: &str, mailbox: MailboxSender) -> std::io::Result<Worker> {
        let state = State { asked: true, ..State::default() };
        let shared = Arc::new(Shared { setup, state: Mutex::new(state), bell: Condvar::new(), done: Condvar::new() });
        let (own, path) = (shared.clone(), path.to_owned());
        // It is charged to the mini-program that starts it.
        let sandbox = sandbox::current();
        let body = move || {
            let parked = (own.clone(), mailbox.clone(), path.clone());
            let _member = sandbox.map(|sandbox| {
                sandbox.enter_thread(false, move |ending| {
                    let (own, mailbox, path) = &parked;
                    if ending == Ending::Rests {
                        // The next message ends it.
                        return;
                    }
                    own.ended(number, path, mailbox, "its thread was parked");
                })
            });
            let ended = catch_unwind(AssertUnwindSafe(|| run::run(&own, number, &path, &mailbox)));
            let message = match ended {
                Ok(Ok(())) => None,
                Ok(Err(message)) => Some(message),
                Err(_) => Some("its thread failed".to_owned()),
            };
            match message {
                Some(message) => own.ended(number, &path, &mailbox, &message),
                None => own.close(),
            }
        };
        std::thread::Builder::new().name("pellicle-worker".to_owned()).stack_size(LOGIC_STACK_BYTES).spawn(body)?;
        let worker = Worker(shared);
        worker.wait();
        Ok(worker)
    }

    /// Sends it something; false if too much waits there already.
    pub fn post(&self, message: Sent) -> bool {
        let mut state = self.0.lock();
        if state.inbox.len() >= MOST_MESSAGES {
            return false;
        }
        state.inbox.push_back(message);
        drop(state);
        self.work();
        true
    }

    /// When its next timer is due, ms of the monotonic clock, if it works only when it is asked to.
    pub fn next_timer(&self) -> Option<f64> {
        if self.0.setup.steps { self.0.lock().next_timer } else { None }
    }

    /// Lets it work; on a virtual clock until nothing is left to do.
    pub fn work(&self) {
        self.0.lock().asked = true;
        self.0.bell.notify_all();
        self.wait();
    }

    /// It does nothing until it is told to go on. On a virtual clock it works only when its program does, anyway.
    pub fn rest(&self, resting: bool) {
        self.0.lock().resting = resting;
        self.0.bell.notify_all();
    }

    fn wait(&self) {
        if self.0.setup.steps {
            let state = self.0.lock();
            drop(self.0.done.wait_timeout_while(state, PATIENCE, |state| state.asked && !state.closed));
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.closed = true;
        if let Some(interrupt) = state.interrupt.take() {
            interrupt.stop();
        }
        drop(state);
        self.0.bell.notify_all();
    }
}
