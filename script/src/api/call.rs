//! One call of an API: its arguments, and how its result reaches script.

use super::WxApi;
use super::convert::{is_function, type_name};
use super::pages::Fields;
use super::row::{ApiRow, Argument};
use super::schema::{self, Facts};
use crate::bridge::message::{ApiFailure, ApiReply};
use crate::bridge::outbox::Responder;
use crate::capability::audit::Record;
use crate::realm::{Realm, ScriptRef};
use crate::value::Value;
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// A call that passed the seam: handlers read their arguments from it.
pub struct Call<'a> {
    /// The engine.
    pub realm: &'a mut dyn Realm,
    /// The API surface.
    pub api: &'a WxApi,
    /// What is called.
    pub row: &'static ApiRow,
    /// Positional arguments.
    pub arguments: &'a [Value],
    /// The fields of the object argument that were checked, in the order of the row: a getter is not asked twice.
    pub(super) checked: Vec<Value>,
}

impl<'a> Call<'a> {
    /// A call that has not been checked yet.
    pub fn new(realm: &'a mut dyn Realm, api: &'a WxApi, row: &'static ApiRow, arguments: &'a [Value]) -> Call<'a> {
        Call { realm, api, row, arguments, checked: Vec::new() }
    }

    /// A positional argument.
    pub fn argument(&self, index: usize) -> Value {
        self.arguments.get(index).cloned().unwrap_or_default()
    }

    /// The object argument.
    pub fn options(&self) -> Option<ScriptRef> {
        match self.arguments.first() {
            Some(Value::Script(object)) => Some(object.clone()),
            _ => None,
        }
    }

    /// A field of the object argument; `undefined` also if its getter throws.
    pub fn field(&mut self, name: &str) -> Value {
        let known = if self.checked.is_empty() { None } else { self.row.arguments.iter().position(|a| a.name == name) };
        if let Some(value) = known.and_then(|at| self.checked.get(at)) {
            return value.clone();
        }
        let Some(options) = self.options() else { return Value::Undefined };
        self.realm.get(&options, name).unwrap_or_default()
    }

    /// A text field, `default` if it is missing.
    pub fn text(&mut self, name: &str, default: &str) -> String {
        self.text_field(name).unwrap_or_else(|| default.to_owned())
    }

    /// A text field; numbers are written out.
    pub fn text_field(&mut self, name: &str) -> Option<String> {
        match self.field(name) {
            Value::String(text) => Some(text.to_string()),
            number @ Value::Number(_) => Some(self.realm.display(&number)),
            _ => None,
        }
    }

    /// A number field, `default` if it is missing or no finite number.
    pub fn number(&mut self, name: &str, default: f64) -> f64 {
        self.number_field(name).unwrap_or(default)
    }

    /// A finite number field; a numeric text counts.
    pub fn number_field(&mut self, name: &str) -> Option<f64> {
        match self.field(name) {
            Value::Number(number) if number.is_finite() => Some(number),
            Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
            _ => None,
        }
    }

    /// A truth field, `default` if it is missing.
    pub fn flag(&mut self, name: &str, default: bool) -> bool {
        match self.field(name) {
            Value::Bool(flag) => flag,
            Value::Undefined | Value::Null => default,
            Value::Number(number) => number != 0.0,
            Value::String(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// A list of texts, empty if it is missing; other items are written out.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let Value::Script(list) = self.field(name) else { return Vec::new() };
        let length = self.realm.length(&list).unwrap_or(0).min(10_000);
        let mut texts = Vec::with_capacity(length as usize);
        for index in 0..length {
            let item = self.realm.get_index(&list, index).unwrap_or_default();
            texts.push(match item {
                Value::String(text) => text.to_string(),
                other => self.realm.display(&other),
            });
        }
        texts
    }

    /// A function field.
    pub fn function(&mut self, name: &str) -> Option<ScriptRef> {
        match self.field(name) {
            Value::Script(f) if is_function(self.realm, &Value::Script(f.clone())) => Some(f),
            _ => None,
        }
    }

    /// Checks the arguments against the row's schema. `object`: they are fields of the object argument.
    ///
    /// # Errors
    /// The documented `parameter error`, naming the first wrong argument.
    pub fn check(&mut self, object: bool) -> Result<(), ApiFailure> {
        if object {
            match self.arguments.first() {
                None | Some(Value::Undefined | Value::Script(_)) => {}
                Some(other) => {
                    let got = type_name(self.realm, other);
                    let message = format!("parameter error: parameter should be Object instead of {got};");
                    return Err(ApiFailure::parameter(message));
                }
            }
        }
        let row = self.row;
        let (checked, remarks) = self.check_all(row.arguments.iter().copied(), object)?;
        for remark in remarks {
            self.api.warn(format!("{}: {remark}", row.name));
        }
        if object {
            self.checked = checked;
        }
        Ok(())
    }

    /// Checks arguments of any schema; gives their values, and what is to be told of them.
    pub(super) fn check_all<'s>(
        &mut self,
        arguments: impl Iterator<Item = Argument<'s>>,
        object: bool,
    ) -> Result<(Vec<Value>, Vec<String>), ApiFailure> {
        let (mut values, mut remarks) = (Vec::new(), Vec::new());
        for (index, argument) in arguments.enumerate() {
            let value = if object { self.field(argument.name) } else { self.argument(index) };
            let place = if object { argument.name } else { "" };
            remarks.extend(schema::check(&argument, place, Facts::of(self.realm, &value))?);
            values.push(value);
        }
        Ok((values, remarks))
    }
}

/// Keeps script's callbacks or promise until the result is there.
pub struct Completion {
    name: Cow<'static, str>,
    options: Value,
    success: Option<ScriptRef>,
    fail: Option<ScriptRef>,
    complete: Option<ScriptRef>,
    settle: Option<(ScriptRef, ScriptRef)>,
}

impl Completion {
    /// Takes the callbacks of a call. The second value is the promise, made if there is no callback and the
    /// API is not a task.
    pub fn of(call: &mut Call<'_>, task: bool) -> (Completion, Option<ScriptRef>) {
        Completion::named(call, Cow::Borrowed(call.row.name), task)
    }

    /// As [`of`](Self::of), under a name that no row has.
    pub fn named(call: &mut Call<'_>, name: Cow<'static, str>, task: bool) -> (Completion, Option<ScriptRef>) {
        let success = call.function("success");
        let fail = call.function("fail");
        let complete = call.function("complete");
        let wants_promise = !task && success.is_none() && fail.is_none() && complete.is_none();
        let (promise, settle) = if wants_promise {
            let (promise, resolve, reject) = call.realm.promise();
            (Some(promise), Some((resolve, reject)))
        } else {
            (None, None)
        };
        let options = call.options().map_or(Value::Undefined, Value::Script);
        (Completion { name, options, success, fail, complete, settle }, promise)
    }

    /// Gives the result to script.
    pub fn finish(self, realm: &mut dyn Realm, api: &WxApi, result: Result<Fields, ApiFailure>) {
        let (fields, outcome) = match result {
            Ok(mut fields) => {
                fields.push(("errMsg".to_owned(), Value::string(format!("{}:ok", self.name))));
                (fields, &self.success)
            }
            Err(failure) => {
                let message = format!("{}:fail {}", self.name, failure.reason);
                let errno = Value::Number(f64::from(failure.errno));
                (vec![("errMsg".to_owned(), Value::string(message)), ("errno".to_owned(), errno)], &self.fail)
            }
        };
        let failed = fields.iter().any(|(name, _)| name == "errno");
        let value = Value::object(fields);
        crate::sandbox::doing(&self.name);
        for callback in [outcome, &self.complete].into_iter().flatten() {
            let result = realm.call(callback, &self.options, std::slice::from_ref(&value));
            api.report(&self.name, result);
        }
        if let Some((resolve, reject)) = &self.settle {
            let settle = if failed { reject } else { resolve };
            let result = realm.call(settle, &Value::Undefined, &[value]);
            api.report(&self.name, result);
        }
    }

    /// A completion that ends in the engine itself: `then` learns whether the call has done what it was to do.
    pub(super) fn ending(
        realm: &mut dyn Realm,
        name: &'static str,
        then: impl FnOnce(&mut dyn Realm, bool) + 'static,
    ) -> Completion {
        let then = Rc::new(RefCell::new(Some(then)));
        let mut end = |done: bool| {
            let then = then.clone();
            let run = move |realm: &mut dyn Realm, _: &Value, _: &[Value]| {
                let taken = then.borrow_mut().take();
                if let Some(then) = taken {
                    then(realm, done);
                }
                Ok(Value::Undefined)
            };
            realm.function("", 0, Rc::new(run))
        };
        let (success, fail) = (Some(end(true)), Some(end(false)));
        Completion { name: Cow::Borrowed(name), options: Value::Undefined, success, fail, complete: None, settle: None }
    }

    /// Gives the result to script in a later turn, as everything asynchronous does.
    pub fn defer(self, realm: &mut dyn Realm, api: &WxApi, result: Result<Fields, ApiFailure>) {
        let slot = RefCell::new(Some((self, result)));
        let api = api.clone();
        let later = move |realm: &mut dyn Realm, _: &Value, _: &[Value]| {
            let taken = slot.borrow_mut().take();
            if let Some((completion, result)) = taken {
                completion.finish(realm, &api, result);
            }
            Ok(Value::Undefined)
        };
        realm.set_timer(0.0, Rc::new(later));
    }

    /// A responder for a capability, whose answer finishes this call.
    pub fn responder(self, api: &WxApi) -> Responder {
        self.responder_with(api, None, |realm, reply| Ok(super::convert::reply_fields(realm, &reply)))
    }

    /// As [`responder`](Self::responder), with a task's listeners and a conversion of the answer.
    pub fn responder_with(
        self,
        api: &WxApi,
        task: Option<Rc<Task>>,
        convert: impl FnOnce(&mut dyn Realm, ApiReply) -> Result<Fields, ApiFailure> + 'static,
    ) -> Responder {
        let pending = Pending { completion: self, task: task.clone(), convert: Box::new(convert) };
        let responder = api.expect_reply(pending);
        if let Some(task) = task {
            task.arm(&responder);
        }
        responder
    }
}

/// How a reply becomes fields.
pub type Convert = Box<dyn FnOnce(&mut dyn Realm, ApiReply) -> Result<Fields, ApiFailure>>;

/// A call that waits for its capability.
pub struct Pending {
    /// Where the result goes.
    pub completion: Completion,
    /// Its task object's state.
    pub task: Option<Rc<Task>>,
    /// Makes the result's fields.
    pub convert: Convert,
}

/// State behind a task object such as `RequestTask`.
#[derive(Default)]
pub struct Task {
    listeners: RefCell<Vec<(&'static str, ScriptRef)>>,
    abort: RefCell<Option<std::sync::Arc<crate::bridge::outbox::AbortFlag>>>,
    id: std::cell::Cell<u32>,
}

impl Task {
    fn arm(&self, responder: &Responder) {
        *self.abort.borrow_mut() = Some(responder.abort_flag());
        self.id.set(responder.id());
    }

    /// Nobody waits for its answer any more.
    pub(super) fn stop(&self) {
        let flag = self.abort.borrow_mut().take();
        if let Some(flag) = flag {
            flag.set();
        }
    }

    /// The task is over: its listeners are let go.
    pub(super) fn close(&self) {
        self.listeners.borrow_mut().clear();
        *self.abort.borrow_mut() = None;
    }

    /// Listeners of an event.
    pub fn listeners(&self, event: &str) -> Vec<ScriptRef> {
        self.listeners.borrow().iter().filter(|(e, _)| *e == event).map(|(_, f)| f.clone()).collect()
    }

    /// The task object: `abort` and `on*`/`off*` for `events` (such as `HeadersReceived`).
    pub fn object(self: &Rc<Self>, realm: &mut dyn Realm, api: &WxApi, events: &[&'static str]) -> ScriptRef {
        let object = realm.object(None);
        let put = |realm: &mut dyn Realm, name: &str, call: crate::realm::NativeFunction| {
            super::lifecycle::put(realm, &object, name, call);
        };
        let (task, owner) = (self.clone(), api.clone());
        put(
            realm,
            "abort",
            Rc::new(move |realm, _, _| {
                let flag = task.abort.borrow_mut().take();
                if let Some(flag) = flag {
                    flag.set();
                    owner.abandon(realm, task.id.get());
                }
                Ok(Value::Undefined)
            }),
        );
        self.listen_methods(realm, &object, events);
        object
    }

    /// Puts `on*`/`off*` for `events` on an object.
    pub(super) fn listen_methods(self: &Rc<Self>, realm: &mut dyn Realm, object: &ScriptRef, events: &[&'static str]) {
        let put = |realm: &mut dyn Realm, name: &str, call: crate::realm::NativeFunction| {
            super::lifecycle::put(realm, object, name, call);
        };
        for &event in events {
            let task = self.clone();
            put(
                realm,
                &format!("on{event}"),
                Rc::new(move |realm, _, arguments| {
                    if let Some(listener @ Value::Script(f)) = arguments.first()
                        && is_function(realm, listener)
                    {
                        task.listeners.borrow_mut().push((event, f.clone()));
                    }
                    Ok(Value::Undefined)
                }),
            );
            let task = self.clone();
            put(
                realm,
                &format!("off{event}"),
                Rc::new(move |realm, _, arguments| {
                    let all = std::mem::take(&mut *task.listeners.borrow_mut());
                    let keep = super::listen::without(realm, all, event, arguments.first());
                    *task.listeners.borrow_mut() = keep;
                    Ok(Value::Undefined)
                }),
            );
        }
    }
}

impl WxApi {
    /// Tells the host something about the mini-program.
    pub fn warn(&self, text: String) {
        self.audit().record(Record::Warning(text));
    }
}
