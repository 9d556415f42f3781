//! Reading a manifest as the specification processes it
//! ([Processing the manifest](https://www.w3.org/TR/miniapp-manifest/#processing)): what is not as it should be is left out, and said;
//! without an identity, a name or pages there is no manifest.

use super::Manifest;
use super::window::MEMBERS;
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::package::json::{JsonFile, pointer_part};
use serde_json::{Map, Value};

/// True if it is meant to be a manifest of this kind: other ones have neither.
pub fn is_of_a_miniapp(value: &Value) -> bool {
    let has = |member: &str| value.get(member).is_some();
    has("pages") && (has("app_id") || has("platform_version") || has("req_permissions"))
}

/// A member by its name, what is wanted of it, and whether a value is that.
type Known = (&'static str, &'static str, fn(&Value) -> bool);

struct Reading<'a> {
    file: &'a JsonFile,
    found: &'a mut Vec<Diagnostic>,
}

impl Reading<'_> {
    fn say(&mut self, severity: Severity, pointer: &str, message: String) {
        self.found.push(self.file.diagnostic(severity, "manifest-member", pointer, message));
    }

    /// Keeps a value that fits.
    fn keep(&mut self, pointer: &str, value: &Value, wanted: &str, fits: bool) -> Option<Value> {
        if !fits {
            self.say(Severity::Warning, pointer, format!("this is to be {wanted}; it is left out"));
        }
        fits.then(|| value.clone())
    }

    /// Keeps of a list what `keep` keeps.
    fn list(
        &mut self,
        pointer: &str,
        value: &Value,
        mut keep: impl FnMut(&mut Self, &str, &Value) -> Option<Value>,
    ) -> Option<Value> {
        let Some(items) = value.as_array() else { return self.keep(pointer, value, "a list", false) };
        let kept = items.iter().enumerate().filter_map(|(at, item)| keep(self, &format!("{pointer}/{at}"), item));
        Some(Value::Array(kept.collect()))
    }

    /// Keeps of an object the members that fit, if those are there which it cannot be without.
    fn object(&mut self, pointer: &str, value: &Value, members: &[Known], needed: &[&str]) -> Option<Value> {
        let Some(all) = value.as_object() else { return self.keep(pointer, value, "an object", false) };
        let mut kept = Map::new();
        for (name, value) in all {
            let at = format!("{pointer}/{}", pointer_part(name));
            let known = members.iter().find(|(member, ..)| member == name);
            let value = match known {
                Some((_, wanted, fits)) => self.keep(&at, value, wanted, fits(value)),
                None => Some(value.clone()),
            };
            kept.extend(value.map(|value| (name.clone(), value)));
        }
        match needed.iter().find(|needed| !kept.contains_key(**needed)) {
            Some(missing) => {
                self.say(Severity::Warning, pointer, format!("`{missing}` is missing here; all of it is left out"));
                None
            }
            None => Some(Value::Object(kept)),
        }
    }

    /// A member of the manifest itself.
    fn member(&mut self, name: &str, value: &Value) -> Option<Value> {
        let pointer = &format!("/{}", pointer_part(name));
        match name {
            "app_id" | "name" => self.keep(pointer, value, "a text", is_name(value)),
            "short_name" | "description" | "lang" => self.keep(pointer, value, "a text", value.is_string()),
            "dir" => self.keep(pointer, value, "ltr, rtl or auto", is_one_of(value, &["ltr", "rtl", "auto"])),
            "color_scheme" => {
                let fits = is_one_of(value, &["auto", "light", "dark"]);
                self.keep(pointer, value, "auto, light or dark", fits)
            }
            "device_type" => {
                self.list(pointer, value, |reading, at, item| reading.keep(at, item, "a text", item.is_string()))
            }
            "pages" => self.list(pointer, value, |reading, at, item| {
                let is_page = item.as_str().is_some_and(|path| page(path).is_some());
                reading.keep(at, item, "the path of a page in the package", is_page)
            }),
            "version" => {
                let members: [Known; 2] =
                    [("code", "a whole number from 0", Value::is_u64), ("name", "a text", Value::is_string)];
                self.object(pointer, value, &members, &["code", "name"])
            }
            "platform_version" => {
                let members: [Known; 3] = [
                    ("min_code", "a whole number from 0", Value::is_u64),
                    ("target_code", "a whole number from 0", Value::is_u64),
                    ("release_type", "a text", Value::is_string),
                ];
                self.object(pointer, value, &members, &["min_code"])
            }
            "req_permissions" => self.list(pointer, value, |reading, at, item| {
                reading.object(at, item, &[("name", "a text", is_name), ("reason", "a text", is_name)], &["name"])
            }),
            "icons" => self.list(pointer, value, |reading, at, item| {
                reading.object(at, item, &[("src", "an address", is_name)], &["src"])
            }),
            "widgets" => self.list(pointer, value, |reading, at, item| {
                reading.object(at, item, &[("name", "a text", is_name), ("path", "a path", is_name)], &["name", "path"])
            }),
            "window" => self.window(pointer, value),
            _ => Some(value.clone()),
        }
    }

    fn window(&mut self, pointer: &str, value: &Value) -> Option<Value> {
        let Some(all) = value.as_object() else { return self.keep(pointer, value, "an object", false) };
        let mut kept = Map::new();
        for (name, value) in all {
            let at = format!("{pointer}/{}", pointer_part(name));
            let fits = match MEMBERS.iter().find(|member| member.manifest == name) {
                Some(member) => member.fits(value),
                None => true,
            };
            kept.extend(self.keep(&at, value, "another value", fits).map(|value| (name.clone(), value)));
        }
        Some(Value::Object(kept))
    }
}

fn is_name(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn is_one_of(value: &Value, values: &[&str]) -> bool {
    value.as_str().is_some_and(|text| values.contains(&text))
}

/// The path of a page without the end of its main file's name; `None` for what lies outside the package.
pub fn page(path: &str) -> Option<String> {
    let path = path.strip_prefix("./").unwrap_or(path).trim_start_matches('/');
    let is_inside = !path.contains(':') && path.split('/').all(|part| !part.is_empty() && part != "..");
    let start = path.rfind('/').map_or(0, |at| at + 1);
    let end = path[start..].find('.').map_or(path.len(), |at| start + at);
    (is_inside && end > start).then(|| path[..end].to_owned())
}

/// Reads it.
pub fn manifest(file: &JsonFile, found: &mut Vec<Diagnostic>) -> Option<Manifest> {
    let mut reading = Reading { file, found };
    let mut members = Map::new();
    for (name, value) in file.value.as_object()? {
        let kept = reading.member(name, value);
        members.extend(kept.map(|value| (name.clone(), value)));
    }
    for (name, severity) in [
        ("app_id", Severity::Error),
        ("name", Severity::Error),
        ("pages", Severity::Error),
        ("icons", Severity::Warning),
        ("version", Severity::Warning),
        ("platform_version", Severity::Warning),
    ] {
        // What was there and did not fit has been said.
        if !members.contains_key(name) && (file.value.get(name).is_none() || severity == Severity::Error) {
            reading.say(severity, "", format!("a manifest has to have `{name}`"));
        }
    }
    let pages = members.get("pages").and_then(Value::as_array);
    let whole = members.contains_key("app_id") && members.contains_key("name") && pages.is_some_and(|p| !p.is_empty());
    whole.then_some(Manifest { members })
}
