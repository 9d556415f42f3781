//! `wx.getPerformance`: entries of what took how long, and who waits for them.

use super::WxApi;
use super::call::Call;
use super::lifecycle::put;
use super::row::CapabilityKind as C;
use super::table::{Entry, Handler};
use crate::bridge::message::ApiFailure;
use crate::realm::{Realm, ScriptKind, ScriptRef, ScriptResult};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// Entries that are kept where a program says nothing.
const KEPT: usize = 30;
/// Most entries that a program may have kept.
const MOST: f64 = 1_000.0;

/// This family's APIs.
pub const ENTRIES: &[Entry] =
    &[Entry::new("getPerformance", C::None, &[], Handler::Sync(get), "How long launches, pages and scripts took.")
        .since("2.11.0")
        .object()];

/// Entries and observers.
pub(super) struct Performance {
    entries: RefCell<VecDeque<Value>>,
    size: Cell<usize>,
    observers: RefCell<Vec<Rc<Observer>>>,
}

impl Default for Performance {
    fn default() -> Self {
        Performance { entries: RefCell::default(), size: Cell::new(KEPT), observers: RefCell::default() }
    }
}

struct Observer {
    callback: ScriptRef,
    kinds: RefCell<Vec<String>>,
}

fn field(entry: &Value, name: &str) -> String {
    match entry {
        Value::Object(fields) => match fields.borrow().get(name) {
            Some(Value::String(text)) => text.to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

impl WxApi {
    /// Something took its time: an entry as plain data.
    pub(crate) fn timed(&self, realm: &mut dyn Realm, entry: Value) {
        let performance = &self.state.performance;
        {
            let mut entries = performance.entries.borrow_mut();
            while entries.len() >= performance.size.get().max(1) {
                entries.pop_front();
            }
            entries.push_back(entry.clone());
        }
        let kind = field(&entry, "entryType");
        let observers = performance.observers.borrow().clone();
        for observer in observers.iter().filter(|o| o.kinds.borrow().contains(&kind)) {
            let list = listed(realm, vec![entry.clone()]);
            let called = realm.call(&observer.callback, &Value::Undefined, &[list]);
            if let Err(fault) = called {
                self.state.sink.fault("PerformanceObserver", &fault);
            }
        }
    }
}

/// An object that gives entries in three ways.
fn listed(realm: &mut dyn Realm, entries: Vec<Value>) -> Value {
    let object = realm.object(None);
    queries(realm, &object, Rc::new(move || entries.clone()));
    Value::Script(object)
}

fn queries(realm: &mut dyn Realm, object: &ScriptRef, entries: Rc<dyn Fn() -> Vec<Value>>) {
    let all = entries.clone();
    put(realm, object, "getEntries", Rc::new(move |_, _, _| Ok(Value::array(all()))));
    for (method, first) in [("getEntriesByType", "entryType"), ("getEntriesByName", "name")] {
        let entries = entries.clone();
        let find = move |_: &mut dyn Realm, _: &Value, arguments: &[Value]| {
            let text = |at: usize| match arguments.get(at) {
                Some(Value::String(text)) => Some(text.to_string()),
                _ => None,
            };
            let (wanted, kind) = (text(0).unwrap_or_default(), text(1).filter(|_| first == "name"));
            let fits = |entry: &Value| {
                field(entry, first) == wanted && kind.as_ref().is_none_or(|kind| field(entry, "entryType") == *kind)
            };
            Ok(Value::array(entries().into_iter().filter(|e| fits(e)).collect()))
        };
        put(realm, object, method, Rc::new(find));
    }
}

fn get(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let (api, realm) = (call.api, &mut *call.realm);
    let object = realm.object(None);
    let kept = api.clone();
    let entries = move || kept.state.performance.entries.borrow().iter().cloned().collect();
    queries(realm, &object, Rc::new(entries));
    let own = api.clone();
    let size = move |_: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        if let Some(Value::Number(size)) = arguments.first() {
            own.state.performance.size.set(size.clamp(1.0, MOST) as usize);
        }
        Ok(Value::Undefined)
    };
    put(realm, &object, "setBufferSize", Rc::new(size));
    let own = api.clone();
    let observer = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| create_observer(&own, realm, arguments);
    put(realm, &object, "createObserver", Rc::new(observer));
    Ok(Value::Script(object))
}

fn create_observer(api: &WxApi, realm: &mut dyn Realm, arguments: &[Value]) -> ScriptResult<Value> {
    let Some(Value::Script(callback)) = arguments.first() else { return Ok(Value::Undefined) };
    if realm.kind(callback) != ScriptKind::Function {
        return Ok(Value::Undefined);
    }
    let observer = Rc::new(Observer { callback: callback.clone(), kinds: RefCell::default() });
    let object = realm.object(None);
    let (own, watched) = (api.clone(), observer.clone());
    let observe = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        let mut kinds = Vec::new();
        if let Some(Value::Script(options)) = arguments.first()
            && let Value::Script(list) = realm.get(options, "entryTypes")?
        {
            for index in 0..realm.length(&list)? {
                let kind = realm.get_index(&list, index)?;
                kinds.push(realm.display(&kind));
            }
        }
        watched.kinds.replace(kinds);
        let mut observers = own.state.performance.observers.borrow_mut();
        if !observers.iter().any(|o| Rc::ptr_eq(o, &watched)) {
            observers.push(watched.clone());
        }
        Ok(Value::Undefined)
    };
    put(realm, &object, "observe", Rc::new(observe));
    let own = api.clone();
    let disconnect = move |_: &mut dyn Realm, _: &Value, _: &[Value]| {
        own.state.performance.observers.borrow_mut().retain(|o| !Rc::ptr_eq(o, &observer));
        Ok(Value::Undefined)
    };
    put(realm, &object, "disconnect", Rc::new(disconnect));
    Ok(Value::Script(object))
}
