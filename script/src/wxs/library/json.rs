//! `JSON.parse` and `JSON.stringify`.

use super::{argument, date, methods, text_argument};
use crate::value::Value;
use crate::vm::fault::{FaultKind, Outcome};
use crate::vm::number::write_number;
use crate::vm::{Machine, convert, members};

methods! {
    /// `JSON.*`.
    JsonFunction {
        Parse = "parse",
        Stringify = "stringify",
    }
}

/// How deep a value may be.
const MAX_DEPTH: usize = 100;
/// Text made to show a value on the console, in bytes.
const MAX_SHOWN: usize = 4096;

/// Calls `JSON.*`.
pub(super) fn call(function: JsonFunction, machine: &mut Machine, args: &[Value]) -> Outcome<Value> {
    match function {
        JsonFunction::Parse => {
            let text = text_argument(args, 0);
            machine.burn(text.len() as u64 / 8)?;
            machine.charge(text.len().saturating_mul(4))?;
            match serde_json::from_str(&text) {
                Ok(json) => from_json(machine, json),
                Err(error) => Err(machine.fault(FaultKind::Syntax, format!("the text is no JSON: {error}"))),
            }
        }
        JsonFunction::Stringify => {
            let indent = match argument(args, 2) {
                Value::Number(n) => " ".repeat(n.clamp(0.0, 10.0) as usize),
                Value::String(text) => text.chars().take(10).collect(),
                _ => String::new(),
            };
            let mut writer = Writer { out: String::new(), indent, depth: 0, limit: convert::MAX_TEXT, problem: None };
            let written = writer.value(&argument(args, 0));
            machine.burn(writer.out.len() as u64 / 8)?;
            match (writer.problem, written) {
                (Some(problem), _) => Err(machine.fault(FaultKind::Type, problem)),
                (None, true) => machine.text(writer.out),
                (None, false) => Ok(Value::Undefined),
            }
        }
    }
}

/// A parsed text as a value. `serde_json` has bounded its depth.
fn from_json(machine: &mut Machine, json: serde_json::Value) -> Outcome<Value> {
    machine.burn(1)?;
    Ok(match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(b),
        serde_json::Value::Number(n) => Value::Number(n.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(s) => Value::string(s),
        serde_json::Value::Array(items) => {
            let items = items.into_iter().map(|item| from_json(machine, item)).collect::<Outcome<Vec<_>>>()?;
            machine.new_array(items)?
        }
        serde_json::Value::Object(fields) => {
            let object = machine.new_object()?;
            for (key, value) in fields {
                let value = from_json(machine, value)?;
                machine.set_member(&object, &key, value)?;
            }
            object
        }
    })
}

/// Puts a value to `out` as the console shows it: cut where it is long, nested or goes in circles.
pub(super) fn write_shown(value: &Value, out: &mut String) {
    let mut writer =
        Writer { out: String::new(), indent: String::new(), depth: MAX_DEPTH - 6, limit: MAX_SHOWN, problem: None };
    writer.value(value);
    out.push_str(&writer.out);
    if writer.problem.is_some() {
        out.push('…');
    }
}

struct Writer {
    out: String,
    indent: String,
    depth: usize,
    limit: usize,
    problem: Option<&'static str>,
}

impl Writer {
    /// Writes a value; false if it is none that JSON has.
    fn value(&mut self, value: &Value) -> bool {
        match value {
            Value::Undefined | Value::Script(_) => return false,
            Value::Null => self.out.push_str("null"),
            Value::Bool(b) => self.out.push_str(if *b { "true" } else { "false" }),
            Value::Number(n) if n.is_finite() => write_number(*n, &mut self.out),
            Value::Number(_) => self.out.push_str("null"),
            Value::String(s) => self.string(s),
            Value::Array(items) => {
                let items = items.borrow();
                self.open('[', items.len(), |writer, i| {
                    writer.separate(i);
                    if !writer.value(&items[i]) {
                        writer.out.push_str("null");
                    }
                });
                self.out.push(']');
            }
            Value::Object(_) => {
                let fields = members::fields(value);
                let mut written = 0;
                self.open('{', fields.len(), |writer, i| {
                    let before = writer.out.len();
                    writer.separate(written);
                    writer.string(&fields[i].0);
                    writer.out.push_str(if writer.indent.is_empty() { ":" } else { ": " });
                    if writer.value(&fields[i].1) {
                        written += 1;
                    } else {
                        writer.out.truncate(before);
                    }
                });
                self.out.push('}');
            }
            Value::Wxs(wxs) => match date::time_of(&**wxs) {
                Some(time) if time.is_finite() => {
                    let mut text = String::new();
                    date::write_iso(time, &mut text);
                    self.string(&text);
                }
                Some(_) => self.out.push_str("null"),
                None if wxs.type_of() == "function" => return false,
                None => self.out.push_str("{}"),
            },
        }
        true
    }

    /// Writes the items of an array or object, without its closing bracket.
    fn open(&mut self, bracket: char, count: usize, mut item: impl FnMut(&mut Self, usize)) {
        self.out.push(bracket);
        if self.depth >= MAX_DEPTH {
            self.problem = Some("the value goes in circles or is nested too deeply for JSON");
            return;
        }
        self.depth += 1;
        let start = self.out.len();
        for i in 0..count {
            if self.problem.is_some() {
                break;
            }
            if self.out.len() > self.limit {
                self.problem = Some("the JSON text would be too long");
                break;
            }
            item(self, i);
        }
        self.depth -= 1;
        if self.out.len() > start {
            self.new_line();
        }
    }

    fn separate(&mut self, written: usize) {
        if written > 0 {
            self.out.push(',');
        }
        self.new_line();
    }

    fn new_line(&mut self) {
        if !self.indent.is_empty() {
            self.out.push('\n');
            for _ in 0..self.depth {
                self.out.push_str(&self.indent);
            }
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                c if c < ' ' => {
                    self.out.push_str("\\u00");
                    self.out.push(if c < '\u{10}' { '0' } else { '1' });
                    self.out.push(char::from_digit(u32::from(c) & 15, 16).unwrap_or('0'));
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}
