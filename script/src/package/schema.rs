//! What kind of value each key of a configuration file takes.
//!
//! Reading is tolerant: a value of the wrong kind counts as absent. So it has to be told of, or nobody learns why a key
//! has no effect.

use super::json::{JsonFile, pointer_part};
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use serde_json::Value;

/// A kind of value.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    /// `true` or `false`; as texts they are understood, too.
    Flag,
    /// A list of texts.
    Texts,
    /// A list of objects with these keys.
    Objects(&'static [(&'static str, Kind)]),
    /// An object with these keys; others are not looked at.
    Object(&'static [(&'static str, Kind)]),
    /// An object all of whose values are texts.
    Table,
}

/// Settings of a window: `window` of `app.json` and the `.json` of a page.
const WINDOW: &[(&str, Kind)] = &[
    ("navigationBarBackgroundColor", Kind::Text),
    ("navigationBarTextStyle", Kind::Text),
    ("navigationBarTitleText", Kind::Text),
    ("navigationStyle", Kind::Text),
    ("backgroundColor", Kind::Text),
    ("backgroundTextStyle", Kind::Text),
    ("enablePullDownRefresh", Kind::Flag),
    ("onReachBottomDistance", Kind::Number),
    ("pageOrientation", Kind::Text),
    ("disableScroll", Kind::Flag),
    ("restartStrategy", Kind::Text),
];

const SUBPACKAGE: &[(&str, Kind)] =
    &[("root", Kind::Text), ("name", Kind::Text), ("pages", Kind::Texts), ("independent", Kind::Flag)];

const TAB: &[(&str, Kind)] =
    &[("pagePath", Kind::Text), ("text", Kind::Text), ("iconPath", Kind::Text), ("selectedIconPath", Kind::Text)];

const TAB_BAR: &[(&str, Kind)] = &[
    ("color", Kind::Text),
    ("selectedColor", Kind::Text),
    ("backgroundColor", Kind::Text),
    ("borderStyle", Kind::Text),
    ("position", Kind::Text),
    ("custom", Kind::Flag),
    ("list", Kind::Objects(TAB)),
];

/// The hosts that a program may reach, by what for.
const DOMAINS: &[(&str, Kind)] = &[
    ("request", Kind::Texts),
    ("uploadFile", Kind::Texts),
    ("downloadFile", Kind::Texts),
    ("socket", Kind::Texts),
    ("image", Kind::Texts),
];

const APP: &[(&str, Kind)] = &[
    ("networkDomains", Kind::Object(DOMAINS)),
    ("pages", Kind::Texts),
    ("entryPagePath", Kind::Text),
    ("subPackages", Kind::Objects(SUBPACKAGE)),
    ("subpackages", Kind::Objects(SUBPACKAGE)),
    ("window", Kind::Object(WINDOW)),
    ("tabBar", Kind::Object(TAB_BAR)),
    ("usingComponents", Kind::Table),
    ("componentPlaceholder", Kind::Table),
    ("darkmode", Kind::Flag),
    ("themeLocation", Kind::Text),
    ("renderer", Kind::Text),
];

const UNIT: &[(&str, Kind)] = &[
    ("usingComponents", Kind::Table),
    ("componentGenerics", Kind::Object(&[])),
    ("componentPlaceholder", Kind::Table),
    ("styleIsolation", Kind::Text),
    ("component", Kind::Flag),
];

/// Tells of values of the wrong kind in `app.json` or the `.json` of a page or component.
pub fn check(file: &JsonFile) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if &*file.file == "app.json" {
        value(file, "", &file.value, Kind::Object(APP), &mut found);
        plugins(file, &mut found);
    } else {
        value(file, "", &file.value, Kind::Object(UNIT), &mut found);
        if file.value.is_object() {
            value(file, "", &file.value, Kind::Object(WINDOW), &mut found);
        }
    }
    found
}

/// Tells of the plugins that `app.json` and its subpackages name: there are none.
fn plugins(file: &JsonFile, found: &mut Vec<Diagnostic>) {
    let mut named = |pointer: &str, of: &Value| {
        for name in of.get("plugins").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name) {
            let message = format!(
                "the plugin \"{name}\" is not available: its components are shown as their placeholders, its pages cannot \
                 be opened, and requirePlugin fails"
            );
            let pointer = format!("{pointer}/plugins/{}", pointer_part(name));
            found.push(file.diagnostic(Severity::Warning, "plugin", &pointer, message));
        }
    };
    named("", &file.value);
    for key in ["subPackages", "subpackages"] {
        for (index, package) in file.value.get(key).and_then(Value::as_array).into_iter().flatten().enumerate() {
            named(&format!("/{key}/{index}"), package);
        }
    }
}

/// Recurses as deep as the tables are nested.
fn value(file: &JsonFile, pointer: &str, value_of: &Value, kind: Kind, found: &mut Vec<Diagnostic>) {
    match (kind, value_of) {
        // A key without a value counts as not written.
        (_, Value::Null)
        | (Kind::Text, Value::String(_))
        | (Kind::Number, Value::Number(_))
        | (Kind::Flag, Value::Bool(_)) => {}
        (Kind::Flag, Value::String(text)) if matches!(text.as_str(), "true" | "false") => {}
        (Kind::Texts, Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                value(file, &format!("{pointer}/{index}"), item, Kind::Text, found);
            }
        }
        (Kind::Objects(keys), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                value(file, &format!("{pointer}/{index}"), item, Kind::Object(keys), found);
            }
        }
        (Kind::Object(keys), Value::Object(fields)) => {
            for (key, kind) in keys {
                if let Some(field) = fields.get(*key) {
                    value(file, &format!("{pointer}/{key}"), field, *kind, found);
                }
            }
        }
        (Kind::Table, Value::Object(fields)) => {
            for (key, field) in fields {
                value(file, &format!("{pointer}/{}", pointer_part(key)), field, Kind::Text, found);
            }
        }
        _ => {
            let name = pointer.rsplit('/').find(|part| part.parse::<u32>().is_err()).unwrap_or("");
            let item = pointer.rsplit('/').next().is_some_and(|part| part.parse::<u32>().is_ok());
            let what = match (name, item) {
                ("", _) => "the file".to_owned(),
                (name, true) => format!("an item of \"{name}\""),
                (name, false) => format!("\"{name}\""),
            };
            let message = format!("{what} has to be {}, not {}; it is left out", wanted(kind), given(value_of));
            found.push(file.diagnostic(Severity::Error, "json-type", pointer, message));
        }
    }
}

fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a text",
        Kind::Number => "a number",
        Kind::Flag => "true or false",
        Kind::Texts => "a list of texts, such as [\"pages/index/index\"]",
        Kind::Objects(_) => "a list of objects",
        Kind::Object(_) => "an object",
        Kind::Table => "an object of tags and paths, such as {\"my-button\": \"/components/button\"}",
    }
}

fn given(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::json::parse;

    fn said(path: &str, source: &str) -> Vec<String> {
        check(&parse(path, source).0.expect("understood")).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_told_with_its_place() {
        assert_eq!(
            said("a.json", "{\"usingComponents\": [\"x\"],\n \"navigationBarTitleText\": 5, \"component\": \"true\"}"),
            [
                "a.json:1:21: \"usingComponents\" has to be an object of tags and paths, such as {\"my-button\": \"/components/button\"}, not a list; it is left out",
                "a.json:2:28: \"navigationBarTitleText\" has to be a text, not a number; it is left out",
            ]
        );
        assert_eq!(
            said("app.json", "{\"pages\": [\"a\", 1], \"tabBar\": {\"list\": [{\"text\": []}]}, \"window\": 3}"),
            [
                "app.json:1:17: an item of \"pages\" has to be a text, not a number; it is left out",
                "app.json:1:67: \"window\" has to be an object, not a number; it is left out",
                "app.json:1:50: \"text\" has to be a text, not a list; it is left out",
            ]
        );
        assert_eq!(said("a.json", "[]"), ["a.json:1:1: the file has to be an object, not a list; it is left out"]);
    }

    #[test]
    fn plugins_are_told_of_where_they_are_named() {
        let source = "{\"plugins\": {\"a\": {\"provider\": \"wx1\"}},\n\"subPackages\": [{\"root\": \"s\", \"plugins\": {\"b\": {}}}]}";
        let told = "is not available: its components are shown as their placeholders, its pages cannot be opened, and \
                    requirePlugin fails";
        assert_eq!(
            said("app.json", source),
            [format!("app.json:1:19: the plugin \"a\" {told}"), format!("app.json:2:48: the plugin \"b\" {told}")]
        );
    }

    #[test]
    fn what_is_right_or_unknown_is_passed_over() {
        let source = r#"{"navigationBarTitleText": "x", "enablePullDownRefresh": "true", "onReachBottomDistance": 5,
            "usingComponents": {"a/b": "/x"}, "componentGenerics": {"g": true}, "other": [1], "component": null}"#;
        assert_eq!(said("a.json", source), [""; 0]);
    }
}
