//! Configuration files: JSON as people write it.
//!
//! `app.json`, `page.json` and their kin are meant to be JSON, but the developer tools accept what a script
//! engine accepts, and real programs rely on it: comments, trailing commas, single quotes, bare keys, a
//! byte-order mark. All of that is understood here, with a warning that names the place; what is not
//! understood gives one error and no value. Nesting is capped, so input cannot exhaust the stack.

use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use rustc_hash::FxHashMap;
use serde_json::{Map, Number, Value};
use std::sync::Arc;

/// Nesting that is read.
const MAX_DEPTH: usize = 128;
/// Warnings that are kept for one file: the first ones tell enough.
const MAX_WARNINGS: usize = 20;

/// A configuration file that was understood.
#[derive(Clone, Debug)]
pub struct JsonFile {
    /// Path inside the package.
    pub file: Arc<str>,
    /// Its value.
    pub value: Value,
    source: Arc<str>,
    places: FxHashMap<String, usize>,
}

impl JsonFile {
    /// The place of the value at a JSON pointer (`/pages/2`), the file's first character if there is none.
    pub fn position(&self, pointer: &str) -> Position {
        Position::of_offset(&self.source, self.places.get(pointer).copied().unwrap_or(0))
    }

    /// A finding about the value at a JSON pointer.
    pub fn diagnostic(
        &self,
        severity: Severity,
        code: &'static str,
        pointer: &str,
        message: impl Into<String>,
    ) -> Diagnostic {
        let offset = self.places.get(pointer).copied().unwrap_or(0);
        Diagnostic::at(severity, code, &self.file, &self.source, offset, message)
    }
}

/// A key as a part of a JSON pointer.
pub fn pointer_part(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Reads a configuration file. Warnings name what is not JSON but was understood; an error comes with no
/// value.
pub fn parse(file: &str, source: &str) -> (Option<JsonFile>, Vec<Diagnostic>) {
    let file: Arc<str> = Arc::from(file);
    let text = source.strip_prefix('\u{feff}').unwrap_or(source);
    let mut reader = Reader {
        file: &file,
        text,
        bytes: text.as_bytes(),
        at: 0,
        warnings: Vec::new(),
        places: FxHashMap::default(),
        pointer: String::new(),
    };
    match reader.document() {
        Ok(value) => {
            let Reader { warnings, places, .. } = reader;
            (Some(JsonFile { value, source: Arc::from(text), places, file }), warnings)
        }
        Err(error) => {
            let mut diagnostics = reader.warnings;
            diagnostics.push(error);
            (None, diagnostics)
        }
    }
}

struct Reader<'a> {
    file: &'a Arc<str>,
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    warnings: Vec<Diagnostic>,
    places: FxHashMap<String, usize>,
    pointer: String,
}

type Outcome<T> = Result<T, Diagnostic>;

impl Reader<'_> {
    fn error<T>(&self, offset: usize, message: impl Into<String>) -> Outcome<T> {
        Err(Diagnostic::at(Severity::Error, "json-syntax", self.file, self.text, offset, message))
    }

    fn warn(&mut self, offset: usize, message: &str) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(Diagnostic::at(
                Severity::Warning,
                "json-not-strict",
                self.file,
                self.text,
                offset,
                message,
            ));
        }
    }

    fn document(&mut self) -> Outcome<Value> {
        self.blank()?;
        if self.at == self.bytes.len() {
            return self.error(0, "the file is empty; write at least `{}`");
        }
        let value = self.value(0)?;
        self.blank()?;
        if self.peek() == Some(b';') {
            self.warn(self.at, "a semicolon after the value is not JSON");
            self.at += 1;
            self.blank()?;
        }
        if self.at < self.bytes.len() {
            return self.error(self.at, "more text after the end of the value");
        }
        Ok(value)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips white space and comments.
    fn blank(&mut self) -> Outcome<()> {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.warn(self.at, "comments are not JSON; remove it");
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                self.warn(self.at, "comments are not JSON; remove it");
                match trimmed.find("*/") {
                    Some(end) => self.at += end + 2,
                    None => return self.error(self.at, "a comment that is never closed"),
                }
            } else {
                return Ok(());
            }
        }
    }

    fn value(&mut self, depth: usize) -> Outcome<Value> {
        if depth > MAX_DEPTH {
            return self.error(self.at, format!("nested more than {MAX_DEPTH} deep"));
        }
        self.places.insert(self.pointer.clone(), self.at);
        match self.peek() {
            None => self.error(self.at, "a value is missing at the end of the file"),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(quote @ (b'"' | b'\'')) => {
                if quote == b'\'' {
                    self.warn(self.at, "strings are written with double quotes in JSON");
                }
                Ok(Value::String(self.string(quote)?))
            }
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => self.number(),
            Some(_) => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Outcome<Value> {
        let open = self.at;
        self.at += 1;
        let mut fields = Map::new();
        loop {
            self.blank()?;
            match self.peek() {
                None => return self.error(open, "this `{` is never closed"),
                Some(b'}') => break,
                _ => {}
            }
            let key_at = self.at;
            let key = match self.peek() {
                Some(quote @ (b'"' | b'\'')) => {
                    if quote == b'\'' {
                        self.warn(self.at, "keys are written with double quotes in JSON");
                    }
                    self.string(quote)?
                }
                _ => {
                    let name = self.name();
                    if name.is_empty() {
                        return self.error(self.at, "a key in double quotes or `}` is expected here");
                    }
                    self.warn(key_at, "keys are written with double quotes in JSON");
                    name
                }
            };
            self.blank()?;
            if self.peek() != Some(b':') {
                return self.error(self.at, format!("`:` is expected after the key \"{key}\""));
            }
            self.at += 1;
            self.blank()?;
            let length = self.pointer.len();
            self.pointer.push('/');
            self.pointer.push_str(&pointer_part(&key));
            let value = self.value(depth + 1)?;
            self.pointer.truncate(length);
            if fields.insert(key.clone(), value).is_some() {
                self.warn(key_at, &format!("the key \"{key}\" is given twice; the last one counts"));
            }
            if self.separator(b'}')? {
                break;
            }
        }
        self.at += 1;
        Ok(Value::Object(fields))
    }

    fn array(&mut self, depth: usize) -> Outcome<Value> {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.blank()?;
            match self.peek() {
                None => return self.error(open, "this `[` is never closed"),
                Some(b']') => break,
                _ => {}
            }
            let length = self.pointer.len();
            self.pointer.push('/');
            self.pointer.push_str(&items.len().to_string());
            let value = self.value(depth + 1)?;
            self.pointer.truncate(length);
            items.push(value);
            if self.separator(b']')? {
                break;
            }
        }
        self.at += 1;
        Ok(Value::Array(items))
    }

    /// After an item: a comma, or the closing bracket (true).
    fn separator(&mut self, close: u8) -> Outcome<bool> {
        self.blank()?;
        match self.peek() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.blank()?;
                if self.peek() == Some(close) {
                    self.warn(comma, "a comma before the closing bracket is not JSON; remove it");
                    return Ok(true);
                }
                Ok(false)
            }
            Some(c) if c == close => Ok(true),
            _ => self.error(self.at, format!("`,` or `{}` is expected here", close as char)),
        }
    }

    fn name(&mut self) -> String {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$' || c == '-'));
        let name = &rest[..end.unwrap_or(rest.len())];
        self.at += name.len();
        name.to_owned()
    }

    fn word(&mut self) -> Outcome<Value> {
        let start = self.at;
        match self.name().as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" => Ok(Value::Null),
            "undefined" | "NaN" | "Infinity" => {
                self.warn(start, "this value does not exist in JSON; it is read as null");
                Ok(Value::Null)
            }
            _ => self.error(start, "a value is expected here: a string in double quotes, a number, `true`, `{`, `[`"),
        }
    }

    fn number(&mut self) -> Outcome<Value> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.' | b'_')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        if let Ok(number) = text.parse::<Number>() {
            return Ok(Value::Number(number));
        }
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1.0, rest),
            None => (1.0, text.strip_prefix('+').unwrap_or(text)),
        };
        let value = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            Some(hex) => u64::from_str_radix(hex, 16).ok().map(|n| n as f64),
            None => digits.parse::<f64>().ok().filter(|n| n.is_finite()),
        };
        match value.and_then(|n| Number::from_f64(sign * n)) {
            Some(number) => {
                self.warn(start, "this number is not written as JSON wants it");
                Ok(Value::Number(number))
            }
            None => self.error(start, format!("`{text}` is not a number")),
        }
    }

    fn string(&mut self, quote: u8) -> Outcome<String> {
        let open = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while self.peek().is_some_and(|b| b != quote && b != b'\\' && b != b'\n') {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                None | Some(b'\n') => return self.error(open, "this string is not closed on its line"),
                Some(b'\\') => self.escape(&mut out)?,
                Some(_) => {
                    self.at += 1;
                    return Ok(out);
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Outcome<()> {
        let start = self.at;
        let rest = &self.text[self.at + 1..];
        let Some(escaped) = rest.chars().next() else { return self.error(start, "a lone `\\`") };
        self.at += 1 + escaped.len_utf8();
        match escaped {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'u' => {
                let Some(mut unit) = self.hex4() else { return self.error(start, "`\\u` wants four hex digits") };
                if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
                    let back = self.at;
                    self.at += 2;
                    match self.hex4() {
                        Some(low @ 0xdc00..0xe000) => unit = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00),
                        _ => self.at = back,
                    }
                }
                out.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            '\n' => self.warn(start, "a string over several lines is not JSON"),
            '"' | '\\' | '/' => out.push(escaped),
            other => {
                self.warn(start, "this escape is not JSON; the character itself is used");
                out.push(other);
            }
        }
        Ok(())
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn value(source: &str) -> Value {
        parse("app.json", source).0.expect("understood").value
    }

    #[test]
    fn what_a_script_engine_accepts_is_understood_with_a_warning() {
        let source = "\u{feff}// head\n{ a: 'x', \"b\": [1, 2, ], /* c */ \"d\": +1.5, 'e': 0x10, }";
        let (file, diagnostics) = parse("app.json", source);
        assert_eq!(file.expect("understood").value, json!({"a": "x", "b": [1, 2], "d": 1.5, "e": 16.0}));
        assert!(diagnostics.iter().all(|d| d.severity == Severity::Warning));
        assert_eq!(diagnostics[0].to_string(), "app.json:1:1: comments are not JSON; remove it");
    }

    #[test]
    fn strict_json_gives_no_finding_and_keeps_its_order() {
        let source = r#"{"z": 1, "a": {"k": "\u4e2d\ud83d\ude00\n"}, "n": [null, true, -2.5e3]}"#;
        let (file, diagnostics) = parse("a.json", source);
        assert!(diagnostics.is_empty());
        let file = file.expect("understood");
        assert_eq!(file.value, serde_json::from_str::<Value>(source).unwrap());
        assert_eq!(file.value.as_object().unwrap().keys().collect::<Vec<_>>(), ["z", "a", "n"]);
    }

    #[test]
    fn an_error_names_file_line_and_column() {
        let (file, diagnostics) = parse("app.json", "{\n  \"pages\": [\n    \"a\" \"b\"\n  ]\n}");
        assert!(file.is_none());
        assert_eq!(diagnostics[0].to_string(), "app.json:3:9: `,` or `]` is expected here");
    }

    #[test]
    fn a_value_knows_its_place() {
        let (file, _) = parse("app.json", "{\n  \"pages\": [\n    \"a\",\n    \"b\"\n  ]\n}");
        assert_eq!(file.expect("understood").position("/pages/1"), Position { line: 4, column: 5 });
    }

    #[test]
    fn nesting_is_capped() {
        let (file, diagnostics) = parse("a.json", &"[".repeat(100_000));
        assert!(file.is_none() && diagnostics[0].message.contains("deep"));
        assert_eq!(value(&format!("{}{}", "[".repeat(100), "]".repeat(100))).as_array().map(Vec::len), Some(1));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(source in "\\PC{0,60}") {
            let (file, diagnostics) = parse("a.json", &source);
            prop_assert!(file.is_some() || !diagnostics.is_empty());
        }

        #[test]
        fn strict_json_is_read_as_serde_reads_it(text in "[\\[\\]{},:\"a1 -]{0,24}") {
            if let Ok(expected) = serde_json::from_str::<Value>(&text) {
                prop_assert_eq!(parse("a.json", &text).0.expect("understood").value, expected);
            }
        }
    }
}
