//! `preDownloadSubpackage`: a part of the package that is to be there before it is asked for.
//!
//! A package comes whole, so all of its parts are there; what is told is what is told of a part that was fetched before.

use super::call::{Call, Completion, Task};
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, optional, required};
use crate::bridge::message::ApiFailure;
use crate::realm::Realm;
use crate::value::Value;
use std::cell::Cell;
use std::rc::Rc;

const PROGRESS: &str = "ProgressUpdate";

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[Entry::new(
    "preDownloadSubpackage",
    C::Pages,
    &[required("packageType", T::String), optional("name", T::String)],
    Handler::Task(pre_download, &[PROGRESS]),
    "Fetches a subpackage before it is needed.",
)
.since("2.27.3")];

fn pre_download(call: &mut Call<'_>, completion: Completion, task: Rc<Task>) {
    let (kind, name) = (call.text("packageType", ""), call.text_field("name"));
    let Some(size) = call.api.pages().subpackage_size(&kind, name.as_deref()) else {
        let reason = match name {
            Some(name) => format!("no subpackage named \"{name:.200}\""),
            None => format!("no subpackage of type \"{kind:.200}\""),
        };
        return completion.defer(call.realm, call.api, Err(ApiFailure::parameter(reason)));
    };
    let (api, waiting) = (call.api.clone(), Cell::new(Some(completion)));
    let later = move |realm: &mut dyn Realm, _: &Value, _: &[Value]| {
        let Some(completion) = waiting.take() else { return Ok(Value::Undefined) };
        let bytes = Value::Number(size as f64);
        let progress = Value::object([
            ("progress", Value::Number(100.0)),
            ("totalBytesWritten", bytes.clone()),
            ("totalBytesExpectedToWrite", bytes),
        ]);
        for listener in task.listeners(PROGRESS) {
            let result = realm.call(&listener, &Value::Undefined, std::slice::from_ref(&progress));
            api.report(PROGRESS, result);
        }
        task.close();
        completion.finish(realm, &api, Ok(Vec::new()));
        Ok(Value::Undefined)
    };
    call.realm.set_timer(0.0, Rc::new(later));
}
