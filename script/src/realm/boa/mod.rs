//! The realm on Boa.
//!
//! A [`BoaRealm`] is one Boa context with everything that Boa leaves to its host: jobs, timers, time, console,
//! modules, and the built-ins whose stock versions are slow, missing or dangerous. It is `!Send` and is made on
//! the thread that runs it.
//!
//! Invariants:
//! * State that lives as long as the context is in [`Shared`], reached through the context's own data. A native
//!   function never captures it: the garbage collector does not see through an `Rc`, so a capture would be a leak.
//! * Every entry from outside goes through [`BoaRealm::enter`]. A panic or an engine failure marks the realm
//!   as broken, and each later entry fails at once with [`FaultKind::Fatal`].
//! * Script that recurses too deep ends with an exception. The thread's stack must have [`LOGIC_STACK_BYTES`](super::LOGIC_STACK_BYTES):
//!   the limits of recursion and of source nesting are set for that size.
//!
//! | file | models |
//! | --- | --- |
//! | `convert` | values, strings and faults across the boundary |
//! | `native` | native functions and dynamic objects |
//! | `access` | the [`Realm`] trait |
//! | `data` | walking engine values into data, deep copies |
//! | `jobs` | promise jobs, rejections, host hooks |
//! | `timers` | timers in due order |
//! | `globals` | what script finds on the global object |
//! | `console` | console lines |
//! | `json_parse`, `json_text` | `JSON.parse` and `JSON.stringify` |
//! | `date`, `locale` | dates and their texts |
//! | `limits` | built-ins that would run without bounds |
//! | `texts` | methods that search in texts |
//! | `guards` | built-ins that would walk over whatever `length` says |
//! | `elements` | methods of plain arrays at the speed of memory |
//! | `collect` | collecting garbage by real bytes; the steps at which a realm can be stopped |
//! | `symbols` | registered symbols |
//! | `regexp` | the last match on `RegExp` |
//! | `sort` | sorting that survives any comparator |
//! | `errors` | stack texts |
//! | `errand` | entering script so that nothing stays behind |
//! | `loader` | running package files as modules |

mod access;
mod collect;
mod console;
mod convert;
mod data;
mod date;
mod elements;
mod errand;
mod errors;
mod globals;
mod guards;
mod jobs;
mod json_parse;
mod json_text;
mod limits;
mod loader;
mod locale;
mod native;
mod regexp;
mod sort;
mod symbols;
mod texts;
mod timers;

use super::broken::{broken_fault, panic_text};
use super::console::ConsoleState;
use super::interrupt::{Interrupt, STOPPED};
use super::leaving::leaving;
use super::timers::Timers;
use super::{Clock, FaultKind, Locale, Random, RealmConfig, ScriptFault, ScriptResult, ScriptSink};
use crate::package::PackageSource;
use crate::sandbox::control::{inside, outside};
use crate::sandbox::{self, Budgets};
use crate::value::Value;
use boa_engine::context::ContextBuilder;
use boa_engine::object::builtins::JsFunction;
use boa_engine::{Context, JsObject, JsResult, JsValue};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

/// Values on the engine's own stack; `f(...list)` puts the whole list there.
const VALUE_STACK_LIMIT: usize = 1 << 18;
/// Frames that an exception remembers.
const BACKTRACE_LIMIT: usize = 50;

/// State of a realm that lives beside its context.
pub(crate) struct Shared {
    pub(crate) package: Arc<dyn PackageSource>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: RefCell<Box<dyn Random>>,
    pub(crate) sink: Rc<dyn ScriptSink>,
    /// What marks the handles of this realm.
    pub(crate) mark: Rc<()>,
    pub(crate) jobs: Rc<jobs::Jobs>,
    pub(crate) timers: RefCell<Timers<timers::Callback>>,
    modules: RefCell<loader::Modules>,
    pub(crate) holdings: Rc<native::Holdings>,
    pub(crate) console: RefCell<ConsoleState>,
    /// Built-in functions as they were before script could replace them.
    pub(crate) stock: RefCell<Option<globals::Stock>>,
    /// Why the realm must not be used any more.
    pub(crate) broken: RefCell<Option<String>>,
    /// Entries from host code that have not come back: how many lie inside each other.
    depth: Cell<u32>,
    /// Bytes of the data that was made last.
    data_bytes: Cell<usize>,
    pub(crate) collector: collect::Collector,
    pub(crate) symbols: RefCell<symbols::Registered>,
    pub(crate) budgets: Budgets,
    pub(crate) locale: Cell<Locale>,
    pub(crate) bounded: RefCell<Option<limits::Bounded>>,
    pub(crate) guarded: RefCell<Option<guards::Guarded>>,
    pub(crate) texts: RefCell<Option<texts::Stock>>,
    /// Arrays as they were before script could change them.
    pub(crate) pristine: RefCell<Option<elements::Pristine>>,
    pub(crate) joining: limits::Joining,
    pub(crate) last_match: regexp::LastMatch,
    pub(crate) errands: errand::Errands,
    pub(crate) interrupt: Interrupt,
}

/// A realm on Boa 0.22.
///
/// It is the context itself, so that a native function's `&mut Context` can be handed on as a realm
/// (see `native`).
#[repr(transparent)]
pub struct BoaRealm {
    context: Context,
}

impl BoaRealm {
    /// Makes a realm on the current thread, whose stack must have [`LOGIC_STACK_BYTES`](super::LOGIC_STACK_BYTES).
    /// On a thread of a mini-program it keeps to the mini-program's budgets, else to the usual ones.
    ///
    /// # Errors
    /// A fatal fault if the engine cannot be set up.
    pub fn new(config: RealmConfig) -> ScriptResult<BoaRealm> {
        let config = leaving(config);
        let budgets = sandbox::current().map_or_else(Budgets::default, |sandbox| *sandbox.budgets());
        let jobs = Rc::new(jobs::Jobs::default());
        let shared = Rc::new(Shared {
            package: config.package,
            clock: config.clock.clone(),
            random: RefCell::new(config.random),
            sink: config.sink,
            mark: Rc::new(()),
            jobs: jobs.clone(),
            timers: RefCell::default(),
            modules: RefCell::default(),
            holdings: Rc::default(),
            console: RefCell::default(),
            stock: RefCell::new(None),
            broken: RefCell::new(None),
            depth: Cell::new(0),
            data_bytes: Cell::new(0),
            collector: collect::Collector::new(),
            symbols: RefCell::default(),
            budgets,
            locale: Cell::default(),
            bounded: RefCell::new(None),
            guarded: RefCell::new(None),
            texts: RefCell::new(None),
            pristine: RefCell::new(None),
            joining: RefCell::default(),
            last_match: regexp::LastMatch::default(),
            errands: errand::Errands::default(),
            interrupt: sandbox::interrupt().unwrap_or_default(),
        });
        let fatal = |e: &dyn std::fmt::Display| ScriptFault {
            kind: FaultKind::Fatal,
            message: format!("the script engine could not start: {e}"),
            stack: Vec::new(),
            value: Value::Undefined,
        };
        let mut context = ContextBuilder::new()
            .host_hooks(Rc::new(jobs::Hooks::new(config.clock.clone(), jobs.clone())))
            .clock(Rc::new(jobs::EngineClock(config.clock)))
            .job_executor(jobs)
            .module_loader(Rc::new(jobs::NoModules))
            .can_block(false)
            .build()
            .map_err(|e| fatal(&e))?;
        let limits = context.runtime_limits_mut();
        limits.set_recursion_limit(budgets.calls);
        limits.set_stack_size_limit(VALUE_STACK_LIMIT);
        limits.set_loop_iteration_limit(budgets.loop_rounds);
        limits.set_backtrace_limit(BACKTRACE_LIMIT);
        context.insert_data(shared);
        globals::install(&mut context).map_err(|e| fatal(&e))?;
        errand::install(&mut context).map_err(|e| fatal(&e))?;
        Ok(BoaRealm { context })
    }

    /// Runs `work` on the engine. Nothing that goes wrong in there unwinds past this call.
    fn enter<T>(&mut self, work: impl FnOnce(&mut Context) -> JsResult<T>) -> ScriptResult<T> {
        let shared = shared(&self.context);
        if let Some(reason) = &*shared.broken.borrow() {
            return Err(broken_fault(reason));
        }
        shared.collector.entries.set(shared.collector.entries.get().wrapping_add(1));
        let inside = inside(self.context.runtime_limits_mut());
        let depth = shared.depth.get();
        shared.depth.set(depth + 1);
        let context = &mut self.context;
        let guarded = AssertUnwindSafe(|| shared.step().and_then(|()| work(context)));
        let result = match catch_unwind(guarded) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.fault(error)),
            Err(panic) => Err(self.break_down(&panic_text(&*panic))),
        };
        shared.depth.set(depth);
        drop(inside);
        shared.holdings.clear();
        result
    }

    /// The fault of a thrown value, and the end of the realm if the engine itself failed.
    fn fault(&mut self, error: boa_engine::JsError) -> ScriptFault {
        let context = &mut self.context;
        let state = shared(context);
        if state.interrupt.is_stopped() {
            // However the engine came to its end: its limits may have been cut.
            let stack = errors::frames_in(&error.to_string(), context);
            let _outside = outside();
            sandbox::stopped_in(stack);
            return self.break_down(STOPPED);
        }
        let fault = match catch_unwind(AssertUnwindSafe(|| convert::fault_of(error, context))) {
            Ok(fault) => fault,
            Err(panic) => return self.break_down(&panic_text(&*panic)),
        };
        if fault.kind == FaultKind::Fatal {
            state.broken.replace(Some(fault.message.clone()));
        }
        fault
    }

    fn break_down(&mut self, reason: &str) -> ScriptFault {
        shared(&self.context).broken.replace(Some(reason.to_owned()));
        broken_fault(reason)
    }
}

impl Drop for BoaRealm {
    fn drop(&mut self) {
        let shared = shared(&self.context);
        shared.timers.borrow_mut().clear();
        shared.jobs.clear();
        drop(shared.modules.take());
        shared.stock.replace(None);
        shared.bounded.replace(None);
        shared.guarded.replace(None);
        shared.texts.replace(None);
        shared.pristine.replace(None);
        shared.last_match.clear();
        shared.errands.clear();
        shared.symbols.borrow_mut().clear();
        shared.console.replace(ConsoleState::default());
        shared.holdings.end();
    }
}

/// The state beside a context. A context of ours always has it.
pub(crate) fn shared(context: &Context) -> Rc<Shared> {
    match context.get_data::<Rc<Shared>>() {
        Some(shared) => shared.clone(),
        None => unreachable!("a realm's context is made with its state"),
    }
}

/// A native function object of the context's realm.
pub(crate) fn native_function(
    context: &mut Context,
    name: &str,
    length: usize,
    function: boa_engine::native_function::NativeFunctionPointer,
) -> JsFunction {
    boa_engine::object::FunctionObjectBuilder::new(context.realm(), boa_engine::NativeFunction::from_fn_ptr(function))
        .name(boa_engine::JsString::from(name))
        .length(length)
        .build()
}

/// Defines a method that enumeration does not show, as built-in ones are.
pub(crate) fn define_method(
    context: &mut Context,
    target: &JsObject,
    name: &str,
    length: usize,
    function: boa_engine::native_function::NativeFunctionPointer,
) -> JsResult<()> {
    let function = native_function(context, name, length, function);
    define_hidden(context, target, name, function)
}

/// Defines a writable, configurable field that enumeration does not show.
pub(crate) fn define_hidden(
    context: &mut Context,
    target: &JsObject,
    name: &str,
    value: impl Into<JsValue>,
) -> JsResult<()> {
    let descriptor = boa_engine::property::PropertyDescriptor::builder()
        .value(value)
        .writable(true)
        .enumerable(false)
        .configurable(true)
        .build();
    target.define_property_or_throw(boa_engine::JsString::from(name), descriptor, context)?;
    Ok(())
}
