//! Listeners of `on*`/`off*`.

use super::WxApi;
use super::convert::is_function;
use crate::realm::{Realm, ScriptRef};
use crate::value::Value;

/// The listeners that stay when one (or, without an argument, all) of `event` is removed.
pub fn without(
    realm: &mut dyn Realm,
    all: Vec<(&'static str, ScriptRef)>,
    event: &str,
    removed: Option<&Value>,
) -> Vec<(&'static str, ScriptRef)> {
    let removed = match removed {
        Some(value @ Value::Script(f)) if is_function(realm, value) => Some(f.clone()),
        _ => None,
    };
    let mut keep = Vec::with_capacity(all.len());
    for (name, listener) in all {
        let matches = name == event && removed.as_ref().is_none_or(|r| realm.same(r, &listener));
        if !matches {
            keep.push((name, listener));
        }
    }
    keep
}

impl WxApi {
    /// Adds a listener; a second time the same function counts once.
    pub(super) fn listen(&self, realm: &mut dyn Realm, event: &'static str, listener: ScriptRef) {
        let known: Vec<ScriptRef> = self.listeners(event);
        if known.iter().any(|k| realm.same(k, &listener)) {
            return;
        }
        self.state().listeners.borrow_mut().push((event, listener));
    }

    /// Removes one listener, or all of an event.
    pub(super) fn unlisten(&self, realm: &mut dyn Realm, event: &'static str, listener: Option<&Value>) {
        let all = std::mem::take(&mut *self.state().listeners.borrow_mut());
        let mut keep = without(realm, all, event, listener);
        let mut listeners = self.state().listeners.borrow_mut();
        keep.append(&mut listeners);
        *listeners = keep;
    }

    /// Listeners of an event, in the order they were added.
    pub fn listeners(&self, event: &str) -> Vec<ScriptRef> {
        let listeners = self.state().listeners.borrow();
        listeners.iter().filter(|(e, _)| *e == event).map(|(_, f)| f.clone()).collect()
    }

    /// Calls all listeners of an event, such as `AppShow`, `ThemeChange`, `Error`; true if there was one.
    pub fn notify(&self, realm: &mut dyn Realm, event: &str, arguments: &[Value]) -> bool {
        let listeners = self.listeners(event);
        for listener in &listeners {
            let result = realm.call(listener, &Value::Undefined, arguments);
            // A failing error listener must not be told of its own failure.
            self.report(event, result);
        }
        if event == "WindowResize" {
            super::observers::resized(self, realm);
        }
        !listeners.is_empty()
    }
}
