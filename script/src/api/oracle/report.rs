//! The console and the records as the reference writes them.

use crate::api::WxApi;
use crate::api::lifecycle::put;
use crate::capability::audit::Record;
use crate::realm::{Realm, ScriptKind, ScriptRef};
use crate::value::Value;
use serde_json::{Value as Json, json};
use std::rc::Rc;

/// Longest console line, in UTF-16 units.
const LINE_UNITS: usize = 500;

/// The `console` global of the profile.
pub(super) fn console(api: &WxApi, realm: &mut dyn Realm) -> ScriptRef {
    let console = realm.object(None);
    for level in ["log", "info", "warn", "error", "debug"] {
        let owner = api.clone();
        put(
            realm,
            &console,
            level,
            Rc::new(move |realm, _, arguments| {
                let text = line(realm, arguments);
                owner.audit().record(Record::Console { level, text });
                Ok(Value::Undefined)
            }),
        );
    }
    for name in ["time", "timeEnd", "group", "groupEnd"] {
        put(realm, &console, name, Rc::new(|_, _, _| Ok(Value::Undefined)));
    }
    console
}

/// A console line: texts as they are, errors with their stack, everything else as JSON.
pub(super) fn line(realm: &mut dyn Realm, arguments: &[Value]) -> String {
    let mut parts = Vec::with_capacity(arguments.len());
    for argument in arguments {
        parts.push(match argument {
            Value::String(text) => text.to_string(),
            Value::Script(object) if realm.kind(object) == ScriptKind::Error => {
                let head = realm.display(argument);
                match realm.get(object, "stack") {
                    Ok(Value::String(stack)) if stack.starts_with(&head) => stack.to_string(),
                    Ok(Value::String(stack)) => format!("{head}\n{stack}"),
                    _ => head,
                }
            }
            other => match realm.stringify(other) {
                Ok(text) => text.unwrap_or_default(),
                Err(_) => realm.display(other),
            },
        });
    }
    cut(&parts.join(" "))
}

pub(super) fn cut(text: &str) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= LINE_UNITS
        })
        .collect()
}

/// The records of a run as the oracle writes them: `{calls, log, warnings, missedSteps}`.
pub fn report(records: &[Record], missed_steps: &[String]) -> Json {
    let (mut calls, mut log, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    for record in records {
        match record {
            Record::Call { api, arguments, .. } => {
                let mut call = vec![Json::String(api.clone())];
                if let Ok(Json::Array(arguments)) = serde_json::from_str(arguments) {
                    call.extend(arguments);
                }
                calls.push(Json::Array(call));
            }
            Record::Console { level, text } => log.push(Json::String(format!("{level} {text}"))),
            Record::Fault { context, message, stack } => {
                let lines = std::iter::once(message.as_str()).chain(stack.iter().map(|s| s.trim()));
                let lines: Vec<&str> = lines.flat_map(str::lines).take(3).collect();
                log.push(Json::String(format!("EXCEPTION {context}: {}", lines.join(" | "))));
            }
            // The oracle does not go anywhere.
            Record::Route { .. } | Record::Blocked { .. } => {}
            Record::Warning(text) => warnings.push(Json::String(text.clone())),
            Record::Finding(finding) => warnings.push(Json::String(finding.to_string())),
        }
    }
    json!({ "calls": calls, "log": log, "warnings": warnings, "missedSteps": missed_steps })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capability::audit::Verdict;

    #[test]
    fn records_are_written_as_the_expected_files_have_them() {
        let records = [
            Record::Call { api: "getStorageSync".into(), arguments: "[\"logs\"]".into(), verdict: Verdict::Admitted },
            Record::Console { level: "log", text: "7".into() },
            Record::Fault {
                context: "timer".into(),
                message: "TypeError: x".into(),
                stack: vec!["at a (b.js:1:2)".into(), "at c (d.js:3:4)".into(), "at e".into()],
            },
            Record::Warning("unknown tag".into()),
        ];
        let expected = json!({
            "calls": [["getStorageSync", "logs"]],
            "log": ["log 7", "EXCEPTION timer: TypeError: x | at a (b.js:1:2) | at c (d.js:3:4)"],
            "warnings": ["unknown tag"],
            "missedSteps": [".a"],
        });
        assert_eq!(report(&records, &[".a".into()]), expected);
    }

    #[test]
    fn console_lines_are_cut_to_their_length() {
        assert_eq!(cut(&"x".repeat(600)).len(), 500);
        assert_eq!(cut("中"), "中");
    }
}
