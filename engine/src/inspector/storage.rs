//! Domain `DOMStorage`: what the program keeps with `wx.setStorage`, to be read and edited.
//!
//! Texts are shown as they are, all else as JSON. An edited value keeps being a text if it was one; else it is read as JSON.

use super::page::URL;
use super::protocol::{Fault, Outcome, Request, done};
use super::server::Shared;
use super::session::{Context, Session};
use pellicle_script::capability::storage::{DataType, SharedStorage, Storage, StorageError, StorageInfo, Stored};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Events that are kept for sessions that have not heard them.
const KEPT: usize = 1024;

/// The number of the last event, and events with their numbers.
type State = (u64, VecDeque<(u64, &'static str, Value)>);

/// What changed in a storage while somebody was attached.
#[derive(Default)]
pub(super) struct Changes {
    state: Mutex<State>,
    storage: Mutex<Option<SharedStorage>>,
}

impl Changes {
    pub fn set_storage(&self, storage: SharedStorage) {
        *self.storage.lock().unwrap_or_else(PoisonError::into_inner) = Some(storage);
    }

    fn storage(&self) -> Result<SharedStorage, Fault> {
        let storage = self.storage.lock().unwrap_or_else(PoisonError::into_inner).clone();
        storage.ok_or_else(|| Fault::refused("the host does not show its storage"))
    }

    fn tell(&self, method: &'static str, params: Value) {
        let (last, events) = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *last += 1;
        if events.len() >= KEPT {
            events.pop_front();
        }
        events.push_back((*last, method, params));
    }

    /// Tells what a change of a key was, given what was there before.
    fn set(&self, key: &str, before: Option<&Stored>, now: &Stored) {
        match before {
            None => self.tell(
                "DOMStorage.domStorageItemAdded",
                json!({ "storageId": id(), "key": key, "newValue": shown(now) }),
            ),
            Some(before) => self.tell(
                "DOMStorage.domStorageItemUpdated",
                json!({ "storageId": id(), "key": key, "oldValue": shown(before), "newValue": shown(now) }),
            ),
        }
    }

    fn removed(&self, key: &str) {
        self.tell("DOMStorage.domStorageItemRemoved", json!({ "storageId": id(), "key": key }));
    }

    fn cleared(&self) {
        self.tell("DOMStorage.domStorageItemsCleared", json!({ "storageId": id() }));
    }
}

/// The one storage.
fn id() -> Value {
    json!({ "securityOrigin": URL, "storageKey": URL, "isLocalStorage": true })
}

/// A value as a client sees it.
fn shown(stored: &Stored) -> String {
    match serde_json::from_str(&stored.json) {
        Ok(Value::String(text)) if stored.data_type == DataType::String => text,
        _ => stored.json.clone(),
    }
}

/// The value that an edited text means, given what was there before.
fn stored(text: &str, before: Option<&Stored>) -> Stored {
    let was_text = before.is_some_and(|before| before.data_type == DataType::String);
    let parsed = serde_json::from_str::<Value>(text).ok().filter(|_| !was_text);
    let data_type = match &parsed {
        None | Some(Value::String(_)) => DataType::String,
        Some(Value::Null) => DataType::Null,
        Some(Value::Bool(_)) => DataType::Boolean,
        Some(Value::Number(_)) => DataType::Number,
        Some(Value::Array(_)) => DataType::Array,
        Some(Value::Object(_)) => DataType::Object,
    };
    Stored { data_type, json: parsed.unwrap_or_else(|| Value::from(text)).to_string() }
}

/// The storage of a program, watched while somebody is attached.
pub(super) struct Watched {
    shared: Arc<Shared>,
    inner: SharedStorage,
}

impl Watched {
    pub fn new(shared: Arc<Shared>, inner: SharedStorage) -> Watched {
        Watched { shared, inner }
    }

    fn told(&self) -> Option<&Changes> {
        self.shared.is_attached().then_some(&self.shared.storage)
    }
}

impl Storage for Watched {
    fn get(&mut self, key: &str) -> Result<Option<Stored>, StorageError> {
        self.inner.get(key)
    }

    fn set(&mut self, key: &str, value: Stored) -> Result<(), StorageError> {
        if self.told().is_none() {
            return self.inner.set(key, value);
        }
        let before = self.inner.get(key)?;
        self.inner.set(key, value.clone())?;
        self.shared.storage.set(key, before.as_ref(), &value);
        self.shared.wake();
        Ok(())
    }

    fn remove(&mut self, key: &str) -> Result<(), StorageError> {
        self.inner.remove(key)?;
        if let Some(changes) = self.told() {
            changes.removed(key);
            self.shared.wake();
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StorageError> {
        self.inner.clear()?;
        if let Some(changes) = self.told() {
            changes.cleared();
            self.shared.wake();
        }
        Ok(())
    }

    fn info(&mut self) -> Result<StorageInfo, StorageError> {
        self.inner.info()
    }
}

impl Session {
    pub(super) fn storage(&mut self, context: &mut Context<'_>, request: &Request, method: &str) -> Outcome {
        let changes = &context.later.shared.storage;
        let failed = |error: StorageError| Fault::refused(error.to_string());
        if !matches!(method, "enable" | "disable") {
            let which = request.params.get("storageId");
            if which.and_then(|id| id.get("isLocalStorage")).and_then(Value::as_bool) != Some(true) {
                // There is no other storage, which a front end asks for all the same.
                return match method {
                    "getDOMStorageItems" => Ok(json!({ "entries": [] })),
                    _ => Err(Fault::refused("a mini-program has no session storage")),
                };
            }
        }
        match method {
            "enable" => {
                self.storage_at = Some(changes.state.lock().unwrap_or_else(PoisonError::into_inner).0);
                done()
            }
            "disable" => {
                self.storage_at = None;
                done()
            }
            "getDOMStorageItems" => {
                let mut storage = changes.storage()?;
                let mut entries = Vec::new();
                for key in storage.info().map_err(failed)?.keys {
                    if let Some(value) = storage.get(&key).map_err(failed)? {
                        entries.push(json!([key, shown(&value)]));
                    }
                }
                Ok(json!({ "entries": entries }))
            }
            "setDOMStorageItem" => {
                let (key, text) = (request.text("key")?, request.text("value")?);
                let mut storage = changes.storage()?;
                let before = storage.get(key).map_err(failed)?;
                let value = stored(text, before.as_ref());
                storage.set(key, value.clone()).map_err(failed)?;
                changes.set(key, before.as_ref(), &value);
                done()
            }
            "removeDOMStorageItem" => {
                let key = request.text("key")?;
                changes.storage()?.remove(key).map_err(failed)?;
                changes.removed(key);
                done()
            }
            "clear" => {
                changes.storage()?.clear().map_err(failed)?;
                changes.cleared();
                done()
            }
            other => Err(Fault::unknown(&format!("DOMStorage.{other}"))),
        }
    }

    /// Tells what changed in the storage since the last time.
    pub(super) fn follow_storage(&mut self, changes: &Changes) {
        let Some(at) = self.storage_at else { return };
        let (last, events) = &*changes.state.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == at {
            return;
        }
        let new = events.iter().filter(|(number, ..)| *number > at);
        self.events.extend(new.map(|(_, method, params)| (*method, params.clone())));
        self.storage_at = Some(*last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_value_is_what_it_looks_like() {
        let kind = |text: &str, before: Option<&Stored>| stored(text, before).data_type;
        assert_eq!(kind("[1]", None), DataType::Array);
        assert_eq!(kind("1", None), DataType::Number);
        assert_eq!(kind("plain", None), DataType::String);
        let text = Stored { data_type: DataType::String, json: "\"a\"".to_owned() };
        assert_eq!((kind("1", Some(&text)), stored("1", Some(&text)).json.as_str()), (DataType::String, "\"1\""));
        assert_eq!((shown(&text), shown(&stored("{}", None))), ("a".to_owned(), "{}".to_owned()));
    }
}
