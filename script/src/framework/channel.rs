//! Event channels between a page and the one that it opened.
//!
//! A channel has two ends; what is emitted on one is heard on the other.

use super::script::is_function;
use super::{Framework, PageState};
use crate::realm::{NativeFunction, Realm, ScriptRef};
use crate::template::text::to_text;
use crate::value::Value;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

struct Listener {
    event: Rc<str>,
    callback: ScriptRef,
    once: bool,
}

/// The listeners of one end.
type End = Rc<RefCell<Vec<Listener>>>;

/// A channel, kept by the page that was opened.
#[derive(Default)]
pub struct Channel {
    opener: End,
    opened: End,
}

/// Listeners of one end: more are a leak of the program.
const MAX_LISTENERS: usize = 1000;

impl Channel {
    /// A channel whose opener listens to the functions of `events`.
    pub(super) fn new(realm: &mut dyn Realm, events: Option<&ScriptRef>) -> Channel {
        let channel = Channel::default();
        if let Some(events) = events {
            for (event, value) in super::script::entries(realm, events) {
                if is_function(realm, &value)
                    && let Value::Script(callback) = value
                {
                    channel.opener.borrow_mut().push(Listener { event, callback, once: false });
                }
            }
        }
        channel
    }

    /// Forgets all listeners: the page is gone.
    pub(super) fn close(&self) {
        self.opener.borrow_mut().clear();
        self.opened.borrow_mut().clear();
    }

    /// The script object of an end.
    pub(super) fn object(&self, framework: &Framework, realm: &mut dyn Realm, opener: bool) -> ScriptRef {
        let (own, other) = if opener { (&self.opener, &self.opened) } else { (&self.opened, &self.opener) };
        let object = realm.object(None);
        let add = |realm: &mut dyn Realm, name: &str, native: NativeFunction| {
            let function = realm.function(name, 2, native);
            // A fresh object takes any field.
            let _ = realm.define(&object, name, Value::Script(function), false);
        };
        for (name, once) in [("on", false), ("once", true)] {
            let own = Rc::downgrade(own);
            add(
                realm,
                name,
                Rc::new(move |realm, _, arguments| {
                    if let (Some(own), Some(event), Some(callback)) =
                        (own.upgrade(), arguments.first(), arguments.get(1))
                        && is_function(realm, callback)
                        && let Value::Script(callback) = callback
                        && own.borrow().len() < MAX_LISTENERS
                    {
                        own.borrow_mut().push(Listener { event: to_text(event), callback: callback.clone(), once });
                    }
                    Ok(Value::Undefined)
                }),
            );
        }
        let listeners = Rc::downgrade(own);
        add(
            realm,
            "off",
            Rc::new(move |realm, _, arguments| {
                let (Some(own), Some(event)) = (listeners.upgrade(), arguments.first()) else {
                    return Ok(Value::Undefined);
                };
                let event = to_text(event);
                let list = std::mem::take(&mut *own.borrow_mut());
                for listener in list {
                    let gone = listener.event == event
                        && match arguments.get(1) {
                            Some(Value::Script(callback)) => realm.same(callback, &listener.callback),
                            _ => true,
                        };
                    if !gone {
                        own.borrow_mut().push(listener);
                    }
                }
                Ok(Value::Undefined)
            }),
        );
        let listeners = Rc::downgrade(other);
        let framework = framework.me.clone();
        add(
            realm,
            "emit",
            Rc::new(move |realm, _, arguments| {
                let (Some(other), Some(event), Some(framework)) =
                    (listeners.upgrade(), arguments.first(), Weak::upgrade(&framework))
                else {
                    return Ok(Value::Undefined);
                };
                let event = to_text(event);
                let callbacks: Vec<ScriptRef> =
                    other.borrow().iter().filter(|l| l.event == event).map(|l| l.callback.clone()).collect();
                other.borrow_mut().retain(|l| !(l.once && l.event == event));
                for callback in callbacks {
                    framework.call(realm, None, "event channel", &callback, &Value::Undefined, &arguments[1..]);
                }
                Ok(Value::Undefined)
            }),
        );
        object
    }
}

impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Channel({}, {})", self.opener.borrow().len(), self.opened.borrow().len())
    }
}

impl Framework {
    /// `getOpenerEventChannel()`: the opened page's end.
    pub(crate) fn opener_channel(&self, realm: &mut dyn Realm, page: u32) -> Value {
        let Some(page) = self.page_state(page) else { return Value::object::<&str>([]) };
        let known = page.channel_object.borrow().clone();
        let object = known.unwrap_or_else(|| {
            let object = page.channel.object(self, realm, false);
            *page.channel_object.borrow_mut() = Some(object.clone());
            object
        });
        Value::Script(object)
    }

    /// The opener's end of the channel to a page.
    pub(crate) fn opened_channel(&self, realm: &mut dyn Realm, page: &PageState) -> Value {
        Value::Script(page.channel.object(self, realm, true))
    }
}
