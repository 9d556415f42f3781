//! Calls of `wx` by tools, and what stands in for its functions.

use super::answer;
use crate::api::row::ApiKind;
use crate::api::{convert, table};
use crate::bridge::tool::{Mock, ToolError, ToolReply};
use crate::framework::script::{as_function, as_object, function};
use crate::realm::{Realm, ScriptRef};
use crate::value::Value;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Makes the function that stands in for one of `wx`: its name, what it stands in for, whether that answers later
/// and gives a task, the result or what makes it, whether the latter, further arguments.
const MOCK: &str = include_str!("mock.js");

fn failed(fault: crate::realm::ScriptFault) -> ToolError {
    ToolError::Script(fault.message)
}

fn wx(realm: &mut dyn Realm) -> Result<ScriptRef, ToolError> {
    let wx = realm.global("wx").map_err(failed)?;
    match wx {
        Value::Script(wx) => Ok(wx),
        _ => Err(ToolError::Script("there is no wx".to_owned())),
    }
}

/// How a function of `wx` answers: through callbacks, and with a task besides.
fn manner(name: &str) -> (bool, bool) {
    match table::find(name).map(|entry| entry.row.kind) {
        Some(kind) => (matches!(kind, ApiKind::Async | ApiKind::Task), kind == ApiKind::Task),
        None => (false, false),
    }
}

/// Calls a function of `wx`.
pub(super) fn call(realm: &mut dyn Realm, name: &str, arguments: &[Json], reply: &ToolReply<String>) {
    let (later, _) = manner(name);
    let outcome = wx(realm).and_then(|wx| {
        let function = function(realm, &wx, name).ok_or_else(|| ToolError::NoApi(name.to_owned()))?;
        let mut given: Vec<Value> = arguments.iter().map(convert::value_of).collect();
        if later {
            let options = match arguments.first() {
                Some(options @ Json::Object(_)) => realm.parse_json(&options.to_string()).map_err(failed)?,
                _ => Value::Undefined,
            };
            let options = as_object(realm, options).unwrap_or_else(|| realm.object(None));
            let (success, fail) = answer::told(realm, reply, Value::Undefined);
            realm.set(&options, "success", Value::Script(success)).map_err(failed)?;
            realm.set(&options, "fail", Value::Script(fail)).map_err(failed)?;
            match given.first_mut() {
                Some(first) => *first = Value::Script(options),
                None => given.push(Value::Script(options)),
            }
        }
        realm.call(&function, &Value::Script(wx), &given).map_err(failed)
    });
    match outcome {
        // The callbacks answer.
        Ok(_) if later => {}
        outcome => answer::send(realm, outcome, reply),
    }
}

/// The functions of `wx` that something stands in for, by name.
#[derive(Default)]
pub(super) struct Mocks {
    origins: BTreeMap<String, Value>,
}

impl Mocks {
    /// Puts something in the place of a function, or itself again.
    ///
    /// # Errors
    /// [`ToolError::Script`] if a text is no function or `wx` cannot be changed.
    pub(super) fn set(&mut self, realm: &mut dyn Realm, name: &str, mock: Option<Mock>) -> Result<(), ToolError> {
        let wx = wx(realm)?;
        let Some(mock) = mock else {
            return match self.origins.remove(name) {
                Some(origin) => realm.set(&wx, name, origin).map_err(failed),
                None => Ok(()),
            };
        };
        let origin = match self.origins.get(name) {
            Some(origin) => origin.clone(),
            None => realm.get(&wx, name).map_err(failed)?,
        };
        let (answer, computed, further) = match mock {
            Mock::Result(result) => (realm.parse_json(&result.to_string()).map_err(failed)?, false, Vec::new()),
            Mock::Function { source, arguments } => {
                let function = super::function(realm, &source)?;
                (Value::Script(function), true, arguments.iter().map(convert::value_of).collect())
            }
        };
        let (later, task) = manner(name);
        let make = realm.evaluate("mock.js", MOCK).map_err(failed)?;
        let make = as_function(realm, make).ok_or_else(|| ToolError::NoApi(name.to_owned()))?;
        let arguments = [
            Value::string(name),
            origin.clone(),
            Value::Bool(later),
            Value::Bool(task),
            answer,
            Value::Bool(computed),
            Value::array(further),
        ];
        let made = realm.call(&make, &Value::Undefined, &arguments).map_err(failed)?;
        realm.set(&wx, name, made).map_err(failed)?;
        self.origins.entry(name.to_owned()).or_insert(origin);
        Ok(())
    }
}
