//! A script of taps, events, calls, waits and snapshots.
//!
//! The file is a JSON array: `{"tap": SELECTOR}`, `{"on": SELECTOR, "event": NAME, "detail": {...}}`,
//! `{"call": METHOD, "args": [...]}`, `{"wait": MS}`, `{"snap": NAME}`, and `{"input": SELECTOR, "text": "..."}`,
//! `{"scroll": SELECTOR, "by": [X, Y]}`, `{"text": "..."}`, `{"key": NAME}`, which act as a user does.
//!
//! Text and keys go to the field that has the focus. A key's name is that of the web (`Enter`, `ArrowLeft`, `a`), with
//! `Shift+` and `Control+` before it where they are held.

use crate::interact::{Key, Modifiers};
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::package::json::{self, JsonFile};
use serde_json::Value;

/// One step.
#[derive(Clone, PartialEq, Debug)]
pub enum Step {
    /// An event at the element that a selector finds; it bubbles if its kind does.
    Event {
        /// Which element.
        selector: String,
        /// Name of the event.
        event: String,
        /// Its detail.
        detail: Value,
    },
    /// A method of the page is called.
    Call {
        /// Its name.
        method: String,
        /// Its arguments.
        arguments: Vec<Value>,
    },
    /// Virtual time passes, ms.
    Wait(f64),
    /// The boxes are written under a name.
    Snap(String),
    /// The user taps a form control and types.
    Type {
        /// Which control.
        selector: String,
        /// What is typed.
        text: String,
    },
    /// Text is typed into the field that has the focus.
    Text(String),
    /// A key is pressed.
    Key {
        /// Which one.
        key: Key,
        /// What is held with it.
        modifiers: Modifiers,
    },
    /// The wheel turns over an element.
    Scroll {
        /// Which element.
        selector: String,
        /// Logical px to the right and down.
        by: (f32, f32),
    },
}

/// Reads a script.
///
/// # Errors
/// What is wrong and where.
pub fn parse(file: &str, source: &str) -> Result<Vec<Step>, Diagnostic> {
    let json = read(file, source)?;
    list(&json, &json.value, "")
}

/// Reads a file of JSON.
pub(super) fn read(file: &str, source: &str) -> Result<JsonFile, Diagnostic> {
    let (json, diagnostics) = json::parse(file, source);
    json.ok_or_else(|| {
        diagnostics.into_iter().next_back().unwrap_or_else(|| {
            Diagnostic::at(Severity::Error, "json-syntax", &file.into(), source, 0, "not understood")
        })
    })
}

/// The steps of a list that stands at a place of a file.
pub(super) fn list(json: &JsonFile, value: &Value, at: &str) -> Result<Vec<Step>, Diagnostic> {
    let Some(items) = value.as_array() else {
        return Err(json.diagnostic(Severity::Error, "bad-step", at, "the steps are a JSON array"));
    };
    items.iter().enumerate().map(|(index, item)| step(json, item, &format!("{at}/{index}"))).collect()
}

fn step(json: &JsonFile, item: &Value, at: &str) -> Result<Step, Diagnostic> {
    let error = |message: &str| json.diagnostic(Severity::Error, "bad-step", at, message);
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    if let Some(wait) = item.get("wait") {
        let ms = wait.as_f64().or_else(|| wait.as_str()?.parse().ok()).filter(|ms| (0.0..=1e9).contains(ms));
        return ms.map(Step::Wait).ok_or_else(|| error("\"wait\" is a time in ms"));
    }
    if let Some(method) = text("call") {
        let arguments = item.get("args").and_then(Value::as_array).cloned().unwrap_or_default();
        return Ok(Step::Call { method, arguments });
    }
    if let Some(name) = text("snap") {
        let plain = name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        return if plain && !name.is_empty() {
            Ok(Step::Snap(name))
        } else {
            Err(error("a snapshot's name is made of letters, digits, `-` and `_`"))
        };
    }
    if let Some(selector) = text("input") {
        return Ok(Step::Type { selector, text: text("text").unwrap_or_default() });
    }
    if let Some(selector) = text("scroll") {
        let by = item.get("by").and_then(Value::as_array);
        let number = |n: usize| by.and_then(|by| by.get(n)?.as_f64()).unwrap_or(0.0) as f32;
        return Ok(Step::Scroll { selector, by: (number(0), number(1)) });
    }
    if let Some(name) = text("key") {
        let known = key(&name);
        return known.ok_or_else(|| error(&format!("\"{name}\" is no key, such as Enter, ArrowLeft, a or Control+a")));
    }
    let event = text("event").unwrap_or_else(|| "tap".to_owned());
    match (text("tap").or_else(|| text("on")), text("text")) {
        (Some(selector), _) => Ok(Step::Event {
            selector,
            event,
            detail: item.get("detail").cloned().unwrap_or(Value::Object(Default::default())),
        }),
        (None, Some(text)) => Ok(Step::Text(text)),
        (None, None) => Err(error(
            "a step is one of \"tap\", \"on\", \"call\", \"wait\", \"snap\", \"input\", \"scroll\", \"text\", \"key\"",
        )),
    }
}

/// The key of a name, or the text that it types.
fn key(name: &str) -> Option<Step> {
    let mut modifiers = Modifiers::default();
    let mut rest = name;
    loop {
        if let Some(next) = rest.strip_prefix("Shift+") {
            modifiers.shift = true;
            rest = next;
        } else if let Some(next) = rest.strip_prefix("Control+") {
            (modifiers.shortcut, modifiers.word) = (true, true);
            rest = next;
        } else {
            break;
        }
    }
    if let Some(key) = Key::named(rest, modifiers) {
        return Some(Step::Key { key, modifiers });
    }
    // A letter alone is typed.
    let mut letters = rest.chars();
    let letter = letters.next().filter(|_| letters.next().is_none() && !modifiers.shortcut)?;
    Some(Step::Text(letter.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_form_is_read() {
        let source = r#"[{"tap": ".a@1"}, {"on": "input", "event": "input", "detail": {"value": "x"}},
            {"call": "go", "args": [1]}, {"wait": 30}, {"snap": "mid"}, {"text": "hi"}, {"key": "a"}, {"key": "Enter"},
            {"key": "Shift+Control+ArrowLeft"}, {"key": "Control+A"}]"#;
        let held = |shift, control| Modifiers { shift, shortcut: control, word: control };
        let steps = parse("steps.json", source).unwrap();
        assert_eq!(
            steps,
            [
                Step::Event { selector: ".a@1".into(), event: "tap".into(), detail: json!({}) },
                Step::Event { selector: "input".into(), event: "input".into(), detail: json!({"value": "x"}) },
                Step::Call { method: "go".into(), arguments: vec![json!(1)] },
                Step::Wait(30.0),
                Step::Snap("mid".into()),
                Step::Text("hi".into()),
                Step::Text("a".into()),
                Step::Key { key: Key::Enter, modifiers: held(false, false) },
                Step::Key { key: Key::Left, modifiers: held(true, true) },
                Step::Key { key: Key::Character('a'), modifiers: held(false, true) },
            ]
        );
    }

    #[test]
    fn a_wrong_step_is_pointed_at() {
        let error = parse("s.json", "[\n  {\"wait\": 1},\n  {\"snap\": \"../x\"}\n]").unwrap_err();
        assert_eq!(error.to_string(), "s.json:3:3: a snapshot's name is made of letters, digits, `-` and `_`");
        let error = parse("s.json", r#"[{"key": "Hyper"}]"#).unwrap_err();
        assert_eq!(error.to_string(), "s.json:1:2: \"Hyper\" is no key, such as Enter, ArrowLeft, a or Control+a");
        assert!(parse("s.json", "[{]").unwrap_err().to_string().starts_with("s.json:1:3: "));
    }
}
