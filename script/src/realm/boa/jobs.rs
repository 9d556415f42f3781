//! Promise jobs, unhandled rejections, and what Boa asks its host.
//!
//! Order within a turn: script, then its promise jobs to the last (up to the caller's limit), then rejections
//! that nothing handled are reported. Timers are no jobs here (see `timers`).

use super::convert::{self, type_error};
use super::errand::{self, Errand};
use super::{BoaRealm, Shared, shared};
use crate::realm::Clock;
use crate::sandbox::{self, Budget, BudgetEvent};
use crate::value::Value;
use boa_engine::builtins::promise::PromiseState;
use boa_engine::builtins::promise::{OperationType, Promise};
use boa_engine::context::HostHooks;
use boa_engine::context::time::{Clock as BoaClock, JsInstant};
use boa_engine::job::{GenericJob, Job, JobExecutor, NativeAsyncJob, PromiseJob};
use boa_engine::module::{Module, ModuleLoader, ModuleRequest, Referrer};
use boa_engine::object::builtins::JsPromise;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsNativeError, JsObject, JsResult, JsString, JsValue};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context as TaskContext, Poll, Waker};

enum Queued {
    Promise(PromiseJob),
    Generic(GenericJob),
    Async(NativeAsyncJob),
    /// A callback of `queueMicrotask`.
    Callback(JsObject),
}

/// The job queue.
#[derive(Default)]
pub(crate) struct Jobs {
    queue: RefCell<VecDeque<Queued>>,
    /// Promises that were rejected and have no handler yet, in order.
    rejected: RefCell<Vec<JsObject>>,
    /// The soft limit was crossed and told of.
    told: Cell<bool>,
}

impl Jobs {
    pub(crate) fn clear(&self) {
        self.queue.borrow_mut().clear();
        self.rejected.borrow_mut().clear();
    }

    pub(crate) fn enqueue_callback(&self, callback: JsObject) {
        self.queue.borrow_mut().push_back(Queued::Callback(callback));
    }

    fn len(&self) -> usize {
        self.queue.borrow().len()
    }

    fn next(&self) -> Option<Queued> {
        self.queue.borrow_mut().pop_front()
    }
}

impl JobExecutor for Jobs {
    fn enqueue_job(self: Rc<Self>, job: Job, _: &mut Context) {
        let job = match job {
            Job::PromiseJob(job) => Queued::Promise(job),
            Job::GenericJob(job) => Queued::Generic(job),
            Job::AsyncJob(job) => Queued::Async(job),
            // Timers are ours, and script has no finalization registries.
            _ => return,
        };
        self.queue.borrow_mut().push_back(job);
    }

    fn run_jobs(self: Rc<Self>, _: &mut Context) -> JsResult<()> {
        Ok(())
    }
}

impl BoaRealm {
    /// Runs up to `limit` jobs; false if there are more. A fault ends its own job only.
    pub(crate) fn drain(&mut self, limit: usize) -> bool {
        let state = shared(self.context());
        let mut left = limit;
        state.judge_jobs();
        while let Some(job) = state.jobs.next() {
            let result = self.enter(|context| match job {
                Queued::Promise(job) => errand::go(Errand::Promise(job), context).map(drop),
                Queued::Generic(job) => errand::go(Errand::Generic(job), context).map(drop),
                Queued::Callback(callback) => {
                    errand::go(Errand::Call(callback, JsValue::undefined(), Vec::new()), context).map(drop)
                }
                Queued::Async(job) => poll_once(job, context),
            });
            if let Err(fault) = result {
                state.sink.fault("promise", &fault);
            }
            left = left.saturating_sub(1);
            if left == 0 {
                break;
            }
        }
        let drained = state.jobs.queue.borrow().is_empty();
        if drained {
            self.report_rejections();
        }
        drained
    }

    fn report_rejections(&mut self) {
        let state = shared(self.context());
        let rejected = state.jobs.rejected.take();
        for promise in rejected {
            let held = self.hold(promise.clone());
            let fault = self.enter(|context| {
                let PromiseState::Rejected(reason) = JsPromise::from_object(promise)?.state() else { return Ok(None) };
                Ok(Some(convert::fault_of_value(&reason, context)))
            });
            match fault {
                Ok(Some(fault)) => state.sink.rejection(&fault, &Value::Script(held)),
                Ok(None) => {}
                Err(fault) => state.sink.fault("unhandledrejection", &fault),
            }
        }
    }
}

/// Runs a job that Boa makes for `import()`. It never waits: modules are refused at once.
fn poll_once(job: NativeAsyncJob, context: &mut Context) -> JsResult<()> {
    let cell = RefCell::new(context);
    let future = pin!(job.call(&cell));
    match future.poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(result) => result.map(drop),
        Poll::Pending => Err(type_error("an asynchronous job of the engine did not finish")),
    }
}

impl Shared {
    /// Stops the mini-program if too many jobs wait.
    fn judge_jobs(&self) {
        let (waiting, bounds) = (self.jobs.len() as u64, self.budgets.jobs);
        if waiting > bounds.hard {
            sandbox::stop(Budget::Jobs, waiting, bounds.hard);
        }
        let crossed = waiting > bounds.soft;
        if crossed && !self.jobs.told.get() {
            sandbox::warn(BudgetEvent { budget: Budget::Jobs, limit: bounds.soft, figure: waiting });
        }
        self.jobs.told.set(crossed);
        sandbox::count(|counters| counters.jobs.store(waiting, Ordering::Relaxed));
    }
}

/// What Boa asks its host.
pub(crate) struct Hooks {
    clock: Arc<dyn Clock>,
    jobs: Rc<Jobs>,
}

impl Hooks {
    pub(crate) fn new(clock: Arc<dyn Clock>, jobs: Rc<Jobs>) -> Self {
        Hooks { clock, jobs }
    }
}

impl HostHooks for Hooks {
    fn ensure_can_compile_strings(
        &self,
        _: Realm,
        parameters: &[JsString],
        body: &JsString,
        direct: bool,
        _: &mut Context,
    ) -> JsResult<()> {
        // `Function('return this')()` is how old libraries find the global object.
        let text = body.to_std_string_lossy();
        let text = text.trim().trim_end_matches(';').trim_end();
        if !direct && parameters.is_empty() && text == "return this" {
            return Ok(());
        }
        Err(JsNativeError::eval().with_message("code generation from strings is not allowed").into())
    }

    fn promise_rejection_tracker(&self, promise: &JsObject<Promise>, operation: OperationType, _: &mut Context) {
        let promise = promise.clone().upcast();
        let mut rejected = self.jobs.rejected.borrow_mut();
        match operation {
            OperationType::Reject => rejected.push(promise),
            OperationType::Handle => rejected.retain(|other| !JsObject::equals(other, &promise)),
        }
    }

    fn local_timezone_offset_seconds(&self, unix_time_seconds: i64) -> i32 {
        self.clock.offset_minutes(unix_time_seconds as f64 * 1000.0).saturating_mul(60)
    }

    fn max_buffer_size(&self, context: &mut Context) -> u64 {
        let shared = shared(context);
        // Buffers are nearly all bytes that Boa's collector does not see. One that is refused throws.
        if shared.step().is_err() { 0 } else { shared.budgets.buffer_bytes }
    }
}

/// Time for Boa's own `Date`.
pub(crate) struct EngineClock(pub(crate) Arc<dyn Clock>);

impl BoaClock for EngineClock {
    fn now(&self) -> JsInstant {
        let ms = self.0.monotonic().max(0.0);
        JsInstant::new((ms / 1000.0) as u64, ((ms % 1000.0) * 1e6) as u32)
    }

    fn system_time_millis(&self) -> i64 {
        self.0.now().floor() as i64
    }
}

/// Refuses the engine's own modules: package files are loaded as functions (see `loader`).
pub(crate) struct NoModules;

impl ModuleLoader for NoModules {
    async fn load_imported_module(
        self: Rc<Self>,
        _: Referrer,
        request: ModuleRequest,
        _: &RefCell<&mut Context>,
    ) -> JsResult<Module> {
        let name = request.specifier().to_std_string_lossy();
        Err(type_error(format!("import('{name}') is not possible here; use require.async")))
    }
}
