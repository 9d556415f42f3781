//! The table: every API with its handler, and the seam that every call passes.

use super::WxApi;
use super::call::{Call, Completion, Task};
use super::convert::{is_function, record_of};
use super::permission;
use super::row::{ApiKind, ApiRow, Argument, ArgumentType, CapabilityKind, Field, Rate, Rule};
use crate::bridge::message::ApiFailure;
use crate::capability::audit::{Record, Verdict};
use crate::realm::{Realm, ScriptFault, ScriptResult};
use crate::sandbox;
use crate::sandbox::gate::{Pass, Refusal};
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
pub const fn required(name: &'static str, kind: ArgumentType) -> Argument<'static> {
    Argument { name, kind, required: true, rule: Rule::Usual }
}

/// A field of a result.
pub const fn field(name: &'static str, kind: ArgumentType, doc: &'static str) -> Field {
    Field { name, kind, doc }
}

/// An optional argument.
pub const fn optional(name: &'static str, kind: ArgumentType) -> Argument<'static> {
    Argument { name, kind, required: false, rule: Rule::Usual }
}

impl Entry {
    /// An entry; its kind follows from the handler.
    pub const fn new(
        name: &'static str,
        capability: CapabilityKind,
        arguments: &'static [Argument<'static>],
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
        Entry { row: ApiRow::new(name, kind, arguments, capability, doc), handler }
    }

    /// The version that introduced it, if it was not the first.
    pub const fn since(mut self, version: &'static str) -> Entry {
        self.row.since = version;
        self
    }

    /// The scope that its user must have granted.
    pub const fn needs(mut self, scope: &'static str) -> Entry {
        self.row.permission = Some(scope);
        self
    }

    /// So many calls a second, and so many at once.
    pub const fn rate(mut self, per_second: u32, burst: u32) -> Entry {
        self.row.rate = Some(Rate { per_second, burst });
        self
    }

    /// The fields of its result.
    pub const fn gives(mut self, result: &'static [Field]) -> Entry {
        self.row.result = result;
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
        super::update::ENTRIES,
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
        super::settings::ENTRIES,
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

/// The seam: every call of every API passes here. Schema, rate, policy and permission, then record, then the handler.
pub(super) fn perform(
    api: &WxApi,
    entry: &'static Entry,
    realm: &mut dyn Realm,
    arguments: &[Value],
) -> ScriptResult<Value> {
    let mut call = Call::new(realm, api, &entry.row, arguments);
    let checked = call.check(entry.row.takes_object());
    let passed = match sandbox::admit_call() {
        true => api.pass(&entry.row, checked),
        false => {
            Err(Refusal { verdict: Verdict::Refused, failure: ApiFailure::internal("too many calls in one turn") })
        }
    };
    let verdict = match &passed {
        Ok(Pass::Go) => Verdict::Admitted,
        Ok(Pass::Ask(_)) => Verdict::Asked,
        Err(refusal) => refusal.verdict,
    };
    if api.audit().wants_calls() {
        let arguments = record_of(call.realm, arguments);
        api.audit().record(Record::Call { api: entry.row.name.to_owned(), arguments, verdict });
    }
    let later = match entry.handler {
        Handler::Async(run) => Some(run),
        Handler::Extension => Some(super::extension::forward as fn(&mut Call<'_>, Completion)),
        _ => None,
    };
    if let Some(run) = later {
        let (completion, promise) = Completion::of(&mut call, false);
        match passed {
            Ok(Pass::Go) => run(&mut call, completion),
            Ok(Pass::Ask(scope)) => permission::wait(&mut call, completion, scope, run),
            Err(refusal) => completion.defer(call.realm, api, Err(refusal.failure)),
        }
        return Ok(promise.map_or(Value::Undefined, Value::Script));
    }
    // What does not come later cannot wait for the user either.
    let admitted = api.at_once(&entry.row, passed);
    match entry.handler {
        Handler::Sync(run) => match admitted.and_then(|()| run(&mut call)) {
            Ok(value) => Ok(value),
            Err(failure) => Err(ScriptFault::error("Error", format!("{}:fail {failure}", entry.row.name))),
        },
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
        Handler::Constant(_) | Handler::Async(_) | Handler::Extension => Ok(Value::Undefined),
    }
}
