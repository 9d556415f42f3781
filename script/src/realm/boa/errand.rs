//! Entering script so that nothing of it stays behind on the engine's stack.
//!
//! An exception that leaves a function of script leaves that function's arguments and registers on Boa's stack of values
//! until a function below it returns (`Context::handle_throw` in Boa 0.22 pops the frame and not what it had there). If
//! nothing in script catches it, no function is below, and they stay: what they hold is never freed, and after some
//! tens of thousands of such exceptions the stack is full and nothing can be called any more. So what the host calls
//! runs inside a function of script that always returns, and takes everything with it.

use super::convert::type_error;
use super::{native_function, shared};
use crate::phases::{self, Phase};
use crate::realm::ScriptFrame;
use boa_engine::job::{GenericJob, PromiseJob};
use boa_engine::{Context, JsObject, JsResult, JsValue, Source};
use std::cell::{Cell, RefCell};
use std::path::Path;

/// The file of the function that always returns, in stacks.
const FILE: &str = "pellicle-errand";

/// What the host wants to have run.
pub(super) enum Errand {
    /// A call of a function, with `this`.
    Call(JsObject, JsValue, Vec<JsValue>),
    /// `new`.
    Construct(JsObject, Vec<JsValue>),
    Promise(PromiseJob),
    Generic(GenericJob),
}

impl Errand {
    fn run(self, context: &mut Context) -> JsResult<JsValue> {
        match self {
            Errand::Call(function, this, arguments) => function.call(&this, &arguments, context),
            Errand::Construct(function, arguments) => function.construct(&arguments, None, context).map(JsValue::from),
            Errand::Promise(job) => job.call(context),
            Errand::Generic(job) => job.call(context),
        }
    }
}

/// What is handed to the function of script and back.
#[derive(Default)]
pub(crate) struct Errands {
    /// The function that always returns.
    runner: RefCell<Option<JsObject>>,
    given: RefCell<Option<Errand>>,
    gave: RefCell<Option<JsResult<JsValue>>>,
    /// The function runs.
    is_out: Cell<bool>,
}

impl Errands {
    /// Lets go of all objects.
    pub(crate) fn clear(&self) {
        self.runner.replace(None);
        self.given.replace(None);
        self.gave.replace(None);
    }
}

/// Makes the function that always returns.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let run = native_function(context, "", 0, run);
    let source = Source::from_bytes("(run=>()=>{run()})").with_path(Path::new(FILE));
    let make = context.eval(source)?;
    let make = make.as_callable().ok_or_else(|| type_error("a built-in function is missing"))?;
    let runner = make.call(&JsValue::undefined(), &[run.into()], context)?.as_object();
    shared(context).errands.runner.replace(runner);
    Ok(())
}

fn run(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = shared(context);
    let errand = state.errands.given.take();
    if let Some(errand) = errand {
        let gave = errand.run(context);
        state.errands.gave.replace(Some(gave));
    }
    Ok(JsValue::undefined())
}

/// Runs what the host wants to have run.
///
/// # Errors
/// What it throws.
pub(super) fn go(errand: Errand, context: &mut Context) -> JsResult<JsValue> {
    let _running = phases::enter(Phase::Run);
    let state = shared(context);
    let errands = &state.errands;
    // Further in, the function is below already.
    if errands.is_out.get() {
        return errand.run(context);
    }
    let Some(runner) = errands.runner.borrow().clone() else { return errand.run(context) };
    errands.given.replace(Some(errand));
    errands.is_out.set(true);
    let ran = runner.call(&JsValue::undefined(), &[], context);
    errands.is_out.set(false);
    errands.given.replace(None);
    let gave = errands.gave.take();
    ran.and_then(|_| gave.unwrap_or_else(|| Err(type_error("the realm is gone"))))
}

/// A stack, innermost first, without what stands around each entry into script.
pub(super) fn without(mut frames: Vec<ScriptFrame>) -> Vec<ScriptFrame> {
    if frames.last().is_some_and(|frame| frame.file == FILE) {
        // And the native function that it calls.
        frames.truncate(frames.len().saturating_sub(2));
    }
    frames
}
