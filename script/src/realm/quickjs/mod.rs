//! The realm on QuickJS (`quickjs-ng`, through `rquickjs`), with the feature `quickjs`.
//!
//! QuickJS can be asked to end anywhere in script and in regular expressions, throws where memory or stack is used up and has
//! the built-ins that Boa lacks or that are slow there, so much less stands around it. What a realm adds to the language is
//! in `prelude`.
//!
//! Invariants:
//! * State of a realm is in [`Core`]. What lives in the engine knows it weakly: an owner there would never go.
//! * Values that Rust keeps are handles (see `slots`), never values of the bindings.
//! * Every entry from outside goes through [`QuickRealm::enter`]. A panic or a stop marks the realm as broken, and each
//!   later entry fails at once with [`FaultKind::Fatal`].
//!
//! | file | models |
//! | --- | --- |
//! | `raw` | calls that the safe bindings do not have; memory |
//! | `bytecode` | compiling apart from running, code as bytes |
//! | `guard` | built-ins that walk over lists |
//! | `slots` | values that Rust keeps |
//! | `convert` | values, strings and faults across the boundary |
//! | `native` | native functions and objects |
//! | `access` | the [`Realm`](super::Realm) trait |
//! | `data` | walking engine values into data |
//! | `jobs` | promise jobs, rejections, timers |
//! | `host` | the prelude, and what it asks |
//! | `console` | console lines |
//! | `loader` | running package files as modules |
//! | `collect` | the heap, and the steps at which a realm can be stopped |

mod access;
mod bytecode;
mod collect;
mod console;
mod convert;
mod data;
mod guard;
mod host;
mod jobs;
mod loader;
mod native;
mod raw;
mod slots;

use super::broken::{broken_fault, panic_text};
use super::console::ConsoleState;
use super::interrupt::{Interrupt, STOPPED};
use super::leaving::leaving;
use super::timers::Timers;
use super::{
    Clock, CodeCache, FaultKind, Locale, Random, RealmConfig, ScriptFault, ScriptRef, ScriptResult, ScriptSink,
};
use crate::package::PackageSource;
use crate::sandbox::control::{inside_plainly, outside};
use crate::sandbox::{self, Budgets};
use crate::value::Value;
use rquickjs::{Context, Ctx, Error, Function, Object, Result, Runtime};
use std::cell::{Cell, OnceCell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

type JsValue<'js> = rquickjs::Value<'js>;

/// Stack that script and the engine may use, bytes: some ten thousand calls deep. Deeper recursion throws.
const SCRIPT_STACK: usize = 16 << 20;
/// Stack that is left for native functions below script, bytes.
const NATIVE_STACK: usize = 4 << 20;

/// State of a realm.
pub(crate) struct Core {
    package: Arc<dyn PackageSource>,
    /// Compiled code that is kept.
    code: Option<Arc<CodeCache>>,
    refusals: raw::Refusals,
    clock: Arc<dyn Clock>,
    random: RefCell<Box<dyn Random>>,
    sink: Rc<dyn ScriptSink>,
    slots: Rc<slots::Slots>,
    timers: RefCell<Timers<jobs::Callback>>,
    modules: RefCell<loader::Modules>,
    /// Promises that were rejected and have no handler yet, in order.
    rejected: RefCell<Vec<ScriptRef>>,
    console: RefCell<ConsoleState>,
    /// Functions of the prelude.
    kit: OnceCell<ScriptRef>,
    classes: OnceCell<convert::Classes>,
    /// Why the realm must not be used any more.
    broken: RefCell<Option<String>>,
    /// Entries from host code that have not come back: how many lie inside each other.
    depth: Cell<u32>,
    /// Bytes of the data that was made last.
    data_bytes: Cell<usize>,
    collector: collect::Collector,
    budgets: Budgets,
    locale: Cell<Locale>,
    interrupt: Interrupt,
    context: Context,
    runtime: Runtime,
}

/// A realm on QuickJS.
pub struct QuickRealm {
    core: Rc<Core>,
}

impl QuickRealm {
    /// Makes a realm on the current thread, whose stack must have
    /// [`LOGIC_STACK_BYTES`](super::LOGIC_STACK_BYTES). On a thread of a mini-program it keeps to the mini-program's
    /// budgets, else to the usual ones.
    ///
    /// # Errors
    /// A fatal fault if the engine cannot be set up.
    pub fn new(config: RealmConfig) -> ScriptResult<QuickRealm> {
        let config = leaving(config);
        let budgets = sandbox::current().map_or_else(Budgets::default, |sandbox| *sandbox.budgets());
        let fatal = |e: &dyn std::fmt::Display| ScriptFault {
            kind: FaultKind::Fatal,
            message: format!("the script engine could not start: {e}"),
            stack: Vec::new(),
            value: Value::Undefined,
        };
        let (heap, refusals) = raw::Heap::new(&budgets);
        let runtime = Runtime::new_with_alloc(heap).map_err(|e| fatal(&e))?;
        runtime.set_max_stack_size(SCRIPT_STACK.min(budgets.stack_bytes.saturating_sub(NATIVE_STACK)).max(1));
        let context = Context::full(&runtime).map_err(|e| fatal(&e))?;
        let core = Rc::new(Core {
            package: config.package,
            code: config.code,
            refusals,
            clock: config.clock,
            random: RefCell::new(config.random),
            sink: config.sink,
            slots: Rc::default(),
            timers: RefCell::default(),
            modules: RefCell::default(),
            rejected: RefCell::default(),
            console: RefCell::default(),
            kit: OnceCell::new(),
            classes: OnceCell::new(),
            broken: RefCell::new(None),
            depth: Cell::new(0),
            data_bytes: Cell::new(0),
            collector: collect::Collector::new(),
            budgets,
            locale: Cell::default(),
            interrupt: sandbox::interrupt().unwrap_or_default(),
            context,
            runtime,
        });
        let mut realm = QuickRealm { core };
        realm.start().map_err(|fault| fatal(&fault))?;
        Ok(realm)
    }

    fn start(&mut self) -> ScriptResult<()> {
        let weak = Rc::downgrade(&self.core);
        let asked = weak.clone();
        let runtime = &self.core.runtime;
        runtime.set_interrupt_handler(Some(Box::new(move || asked.upgrade().is_some_and(|core| core.look()))));
        runtime.set_host_promise_rejection_tracker(Some(Box::new(move |_, promise, _, is_handled| {
            if let Some(core) = weak.upgrade() {
                core.note_rejection(promise, is_handled);
            }
        })));
        let core = self.core.clone();
        self.enter(|ctx| {
            let kit = host::install(&core, ctx)?;
            let classes = convert::Classes::new(ctx)?;
            let _ = core.classes.set(classes);
            let _ = core.kit.set(core.slots.hold(kit));
            console::install(&core, ctx)
        })
    }

    /// The realm that a native function is in.
    fn of(core: &Rc<Core>) -> QuickRealm {
        QuickRealm { core: core.clone() }
    }

    /// Runs `work` on the engine. Nothing that goes wrong in there unwinds past this call.
    fn enter<T>(&mut self, work: impl for<'js> FnOnce(&Ctx<'js>) -> Result<T>) -> ScriptResult<T> {
        let core = &self.core;
        if let Some(reason) = &*core.broken.borrow() {
            return Err(broken_fault(reason));
        }
        let inside = inside_plainly();
        let depth = core.depth.get();
        core.depth.set(depth + 1);
        if depth == 0 {
            core.collector.looks.set(0);
        }
        let ctx = raw::context(&core.context);
        let result = match catch_unwind(AssertUnwindSafe(|| core.step(&ctx).and_then(|()| work(&ctx)))) {
            // A native function may have swallowed what stopped it.
            Ok(Ok(value)) if !core.interrupt.is_stopped() && core.broken.borrow().is_none() => Ok(value),
            Ok(Ok(_)) => Err(core.fault(&ctx, Error::Unknown)),
            Ok(Err(error)) => Err(core.fault(&ctx, error)),
            Err(panic) => Err(core.break_down(&panic_text(&*panic))),
        };
        core.depth.set(depth);
        drop(ctx);
        drop(inside);
        result
    }
}

impl Core {
    /// The fault of what went wrong, and the end of the realm if it was stopped.
    fn fault(&self, ctx: &Ctx<'_>, error: Error) -> ScriptFault {
        let thrown = match &error {
            Error::Exception => Some(ctx.catch()),
            _ => None,
        };
        if self.interrupt.is_stopped() {
            let stack = thrown.map(|thrown| convert::frames_of(self, &thrown)).unwrap_or_default();
            let _outside = outside();
            sandbox::stopped_in(stack);
            return self.break_down(STOPPED);
        }
        if let Some(reason) = &*self.broken.borrow() {
            return broken_fault(reason);
        }
        let endless = self.collector.endless.get();
        if self.depth.get() == 1 {
            self.collector.endless.set(false);
        }
        let Some(thrown) = thrown else { return ScriptFault::error("Error", error.to_string()) };
        if endless {
            let stack = convert::frames_of(self, &thrown);
            return ScriptFault { stack, ..ScriptFault::error("RangeError", "a loop did not come to an end") };
        }
        if thrown.is_uncatchable_error() {
            return self.break_down(&convert::message_of(self, &thrown));
        }
        convert::fault_of(self, thrown)
    }

    fn break_down(&self, reason: &str) -> ScriptFault {
        let first = self.broken.borrow_mut().get_or_insert_with(|| reason.to_owned()).clone();
        broken_fault(&first)
    }

    /// A function of the prelude.
    fn kit<'js>(&self, ctx: &Ctx<'js>, name: &str) -> Result<Function<'js>> {
        let kit = self.kit.get().and_then(|kit| self.slots.value(ctx, kit));
        match kit.and_then(JsValue::into_object) {
            Some(kit) => kit.get(name),
            None => Err(convert::type_error(ctx, "the realm is gone")),
        }
    }

    fn held<'js>(&self, ctx: &Ctx<'js>, handle: &ScriptRef) -> Result<JsValue<'js>> {
        let value = self.slots.value(ctx, handle);
        value.ok_or_else(|| convert::type_error(ctx, "the handle belongs to another realm"))
    }

    fn held_object<'js>(&self, ctx: &Ctx<'js>, handle: &ScriptRef) -> Result<Object<'js>> {
        let object = self.held(ctx, handle)?.into_object();
        object.ok_or_else(|| convert::type_error(ctx, "the handle holds no object"))
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        // Values go before the engine: what is left of handles finds nothing any more.
        self.slots.close();
        self.timers.borrow_mut().clear();
    }
}
