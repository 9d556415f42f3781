//! Values of script on their way back to a tool.

use crate::bridge::tool::{ToolError, ToolReply};
use crate::framework::script::{as_object, get};
use crate::realm::{NativeFunction, Realm, ScriptKind, ScriptRef};
use crate::value::Value;
use std::rc::Rc;

/// The JSON text of what has no value.
pub(super) const NOTHING: &str = "null";

/// Longest JSON text of an answer, bytes.
const MAX_ANSWER: usize = 64 << 20;

/// Answers with a value, or with what the promise that it is comes to.
pub(super) fn send(realm: &mut dyn Realm, outcome: Result<Value, ToolError>, reply: &ToolReply<String>) {
    let value = match outcome {
        Ok(value) => value,
        // Nobody need listen.
        Err(error) => return reply.send(Err(error)),
    };
    if let Value::Script(promise) = &value
        && realm.kind(promise) == ScriptKind::Promise
        && let Ok(Value::Script(then)) = realm.get(promise, "then")
    {
        // The promise lives as long as somebody waits for it, whether or not script could still settle it.
        let (kept, lost) = told(realm, reply, value.clone());
        let waits = realm.call(&then, &value, &[Value::Script(kept), Value::Script(lost)]);
        if let Err(fault) = waits {
            reply.send(Err(ToolError::Script(fault.message)));
        }
        return;
    }
    let text = text(realm, &value);
    reply.send(text);
}

/// Two functions that answer with what they are called with: as a value, and as an error. They keep `alive` alive.
pub(super) fn told(realm: &mut dyn Realm, reply: &ToolReply<String>, alive: Value) -> (ScriptRef, ScriptRef) {
    let to = reply.clone();
    let kept: NativeFunction = Rc::new(move |realm, _, arguments| {
        let text = text(realm, arguments.first().unwrap_or(&Value::Undefined));
        let _ = &alive;
        to.send(text);
        Ok(Value::Undefined)
    });
    let to = reply.clone();
    let lost: NativeFunction = Rc::new(move |realm, _, arguments| {
        let message = reason(realm, arguments.first().unwrap_or(&Value::Undefined));
        to.send(Err(ToolError::Script(message)));
        Ok(Value::Undefined)
    });
    (realm.function("", 1, kept), realm.function("", 1, lost))
}

fn text(realm: &mut dyn Realm, value: &Value) -> Result<String, ToolError> {
    let text = realm.stringify_within(value, MAX_ANSWER).map_err(|fault| ToolError::Script(fault.message))?;
    Ok(text.unwrap_or_else(|| NOTHING.to_owned()))
}

/// What a rejected promise or a failed call says.
fn reason(realm: &mut dyn Realm, value: &Value) -> String {
    if let Some(object) = as_object(realm, value.clone()) {
        if let Value::String(message) = get(realm, &object, "errMsg") {
            return message.to_string();
        }
        if let Ok(Some(text)) = realm.stringify_within(value, MAX_ANSWER) {
            return text;
        }
    }
    realm.display(value)
}
