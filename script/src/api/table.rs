//! The table: every API with its handler, and the seam that every call passes.

use super::WxApi;
use super::call::{Call, Completion, Task};
use super::convert::{is_function, record_of};
use super::row::{ApiKind, ApiRow, Argument, ArgumentType, CapabilityKind};
use crate::bridge::message::ApiFailure;
use crate::capability::audit::{Record, Verdict};
use crate::realm::{Realm, ScriptFault, ScriptResult};
use crate::sandbox;
use crate::value::Value;
use std::rc::Rc;

/// What an API does once the seam has let it through.
#[derive(Clone, Copy)]
pub enum Handler {
    /// Gives its result, or an error that is thrown.
    Sync(fn(&mut Call<'_>) -> Result<Value, ApiFailure>),
    /// Finishes its completion now or later.
    Async(fn(&mut Call<'_>, Completion)),
    /// As `Async`, with a task object that has `on*`/`off*` for the listed events.
    Task(fn(&mut Call<'_>, Completion, Rc<Task>), &'static [&'static str]),
    /// As `Async`, with an object of its own making; told if the seam refuses the call.
    Made(fn(&mut Call<'_>, Completion, Result<(), ApiFailure>) -> Value),
    /// Adds a listener of an event.
    Listen(&'static str),
    /// Removes listeners of an event.
    Unlisten(&'static str),
    /// The value that stands on `wx`.
    Constant(fn(&mut dyn Realm, &WxApi) -> Value),
    /// Goes to the host under its own name.
    Extension,
}

/// A row with its handler.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The row.
    pub row: ApiRow,
    /// What it does.
    pub handler: Handler,
}

/// A required argument.
pub const fn required(name: &'static str, kind: ArgumentType) -> Argument {
    Argument { name, kind, required: true }
}

/// An optional argument.
pub const fn optional(name: &'static str, kind: ArgumentType) -> Argument {
    Argument { name, kind, required: false }
}

impl Entry {
    /// An entry; its kind follows from the handler.
    pub const fn new(
        name: &'static str,
        capability: CapabilityKind,
        arguments: &'static [Argument],
        handler: Handler,
        doc: &'static str,
    ) -> Entry {
        let kind = match handler {
            Handler::Sync(_) => ApiKind::Sync,
            Handler::Async(_) | Handler::Extension => ApiKind::Async,
            Handler::Task(..) | Handler::Made(_) => ApiKind::Task,
            Handler::Listen(_) => ApiKind::Listen,
            Handler::Unlisten(_) => ApiKind::Unlisten,
            Handler::Constant(_) => ApiKind::Constant,
        };
        Entry { row: ApiRow { name, kind, arguments, capability, since: "1.0.0", doc }, handler }
    }

    /// The version that introduced it, if it was not the first.
    pub const fn since(mut self, version: &'static str) -> Entry {
        self.row.since = version;
        self
    }

    /// Marks a synchronous API that makes an object.
    pub const fn object(mut self) -> Entry {
        self.row.kind = ApiKind::Object;
        self
    }
}

/// All entries, family by family.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    [
        super::base::ENTRIES,
        super::lifecycle::ENTRIES,
        super::performance::ENTRIES,
        super::worker::ENTRIES,
        super::system::ENTRIES,
        super::storage::ENTRIES,
        super::route::ENTRIES,
        super::ui::ENTRIES,
        super::bars::ENTRIES,
        super::query::ENTRIES,
        super::observers::ENTRIES,
        super::animation::ENTRIES,
        super::canvas::ENTRIES,
        super::network::ENTRIES,
        super::transfer::ENTRIES,
        super::subpackage::ENTRIES,
        super::socket::ENTRIES,
        super::device::ENTRIES,
        super::audio::ENTRIES,
        super::files::ENTRIES,
        super::extension::ENTRIES,
        super::platform::ENTRIES,
    ]
    .into_iter()
    .flatten()
}

/// The entry of an API.
pub fn find(name: &str) -> Option<&'static Entry> {
    entries().find(|e| e.row.name == name)
}

/// The seam: every call of every API passes here. Schema, then policy, then record, then the handler.
pub(super) fn perform(
    api: &WxApi,
    entry: &'static Entry,
    realm: &mut dyn Realm,
    arguments: &[Value],
) -> ScriptResult<Value> {
    let mut call = Call { realm, api, row: &entry.row, arguments };
    let object = matches!(entry.handler, Handler::Async(_) | Handler::Task(..) | Handler::Made(_) | Handler::Extension);
    let checked = call.check(object);
    let (verdict, admitted) = match checked {
        Err(failure) => (Verdict::Invalid, Err(failure)),
        Ok(()) if !sandbox::admit_call() => (Verdict::Refused, Err(ApiFailure::internal("too many calls in one turn"))),
        Ok(()) => match api.admit(&entry.row) {
            Err(failure) => (Verdict::Refused, Err(failure)),
            Ok(()) => (Verdict::Admitted, Ok(())),
        },
    };
    if api.audit().wants_calls() {
        let arguments = record_of(call.realm, arguments);
        api.audit().record(Record::Call { api: entry.row.name.to_owned(), arguments, verdict });
    }
    match entry.handler {
        Handler::Sync(run) => match admitted.and_then(|()| run(&mut call)) {
            Ok(value) => Ok(value),
            Err(failure) => Err(ScriptFault::error("Error", format!("{}:fail {failure}", entry.row.name))),
        },
        Handler::Async(run) => {
            let (completion, promise) = Completion::of(&mut call, false);
            match admitted {
                Ok(()) => run(&mut call, completion),
                Err(failure) => completion.defer(call.realm, api, Err(failure)),
            }
            Ok(promise.map_or(Value::Undefined, Value::Script))
        }
        Handler::Extension => {
            let (completion, promise) = Completion::of(&mut call, false);
            match admitted {
                Ok(()) => super::extension::forward(&mut call, completion),
                Err(failure) => completion.defer(call.realm, api, Err(failure)),
            }
            Ok(promise.map_or(Value::Undefined, Value::Script))
        }
        Handler::Task(run, events) => {
            let (completion, _) = Completion::of(&mut call, true);
            let task = Rc::new(Task::default());
            match admitted {
                Ok(()) => run(&mut call, completion, task.clone()),
                Err(failure) => completion.defer(call.realm, api, Err(failure)),
            }
            Ok(Value::Script(task.object(call.realm, api, events)))
        }
        Handler::Made(run) => {
            let (completion, _) = Completion::of(&mut call, true);
            Ok(run(&mut call, completion, admitted))
        }
        Handler::Listen(event) => {
            if admitted.is_ok()
                && let Some(value @ Value::Script(listener)) = arguments.first()
                && is_function(call.realm, value)
            {
                api.listen(call.realm, event, listener.clone());
            }
            Ok(Value::Undefined)
        }
        Handler::Unlisten(event) => {
            api.unlisten(call.realm, event, arguments.first());
            Ok(Value::Undefined)
        }
        Handler::Constant(_) => Ok(Value::Undefined),
    }
}
